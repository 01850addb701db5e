"""Two more kinds of differences: of refunds."""

from django.db import migrations, models

KINDS = [
    *("missing-there", "missing-here", "back-missing-there", "back-missing-here"),
    *("other-amount", "till-open", "ledger"),
]


class Migration(migrations.Migration):
    dependencies = [("payments", "0027_refunds_of_what_came")]

    operations = [
        migrations.RemoveConstraint(
            model_name="difference", name="payments_difference_kind_is_known"
        ),
        migrations.AddConstraint(
            model_name="difference",
            constraint=models.CheckConstraint(
                name="payments_difference_kind_is_known",
                condition=models.Q(kind__in=KINDS),
            ),
        ),
    ]
