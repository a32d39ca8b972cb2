"""From DICOM files to stored values, grey values and geometry; no Qt, no VTK, no network."""
