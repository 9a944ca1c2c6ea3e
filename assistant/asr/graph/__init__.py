"""The graph compiler: phrases and a phone map in, HCLG.fst out."""
