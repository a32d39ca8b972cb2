"""The desk: what a physician sees. Qt lives here and in `viewer.screen`, nowhere else."""
