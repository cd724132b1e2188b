"""What moto 5.2.1 does otherwise than AWS, put right: one fix per module, each applied on its own by `apply()`.

The docstring of a module says which behaviour of AWS it restores, so that each can go upstream.
"""

from importlib import import_module

# The order counts: a later fix wraps an earlier one. A launch goes through the group's settings first, then key and profile.
NAMES = (
    "default_security_group",
    "unknown_groups",
    "instance_security_groups",
    "delete_on_termination",
    "launched_volumes",
    "launch_tags",
    "termination",
    "reboots",
    "private_addresses",
    "attachment_limits",
    "interface_attributes",
    "nat_gateway_interfaces",
    "zones",
    "console_output",
    "public_addresses",
    "launch_template_tags",
    "launch_template_versions",
    "user_data_limit",
    "instance_filters",
    "instance_profiles",
    "key_pair_validation",
    "auto_scaling_launch",
    "auto_scaling_members",
    "auto_scaling_standby",
    "auto_scaling_capacity",
    "auto_scaling_hooks",
    "auto_scaling_refresh",
    "resource_identifiers",
    "raw_signatures",
    "unsigned_requests",
    "session_lifetime",
    "denied_requests",
    "authorization",
    "policy_simulation",
    "bucket_requests",
    "bucket_defaults",
    "session_policies",
    "vcpu_quotas",
)


def apply(names: tuple[str, ...] = NAMES) -> None:
    """Apply the named fixes, in order; each changes moto's classes in place, once per process."""
    for name in names:
        import_module(f"fixes.{name}").apply()
