"""`python -m visavis.config` is the visavis command."""

import sys

from visavis.config.command import main

sys.exit(main())
