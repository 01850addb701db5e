"""Events can only be added."""

from django.db import migrations

from visavis.foundation.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("measures", "0001_initial")]
    operations = [append_only("measures_event")]
