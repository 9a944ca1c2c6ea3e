"""Release artefacts: pictures, SBOM, wheels."""
