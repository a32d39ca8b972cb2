"""The vault behind the rooms' ports: each module fulfils one."""
