"""What a release is made of: pictures, SBOM, wheels."""
