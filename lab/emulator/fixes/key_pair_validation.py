"""RunInstances with a key pair that does not exist fails; without a key pair it works.

moto's own check (MOTO_ENABLE_KEYPAIR_VALIDATION) also refuses a launch without a key. A launch that fails leaves no empty reservation.

AWS: InvalidKeyPair.NotFound "The key pair 'x' does not exist".
"""

from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.instances import InstanceBackend


def apply() -> None:
    run_instances = InstanceBackend.run_instances

    def run(self: Any, *args: Any, **kwargs: Any) -> Any:
        template = kwargs.get("launch_template")
        key = kwargs.get("key_name") or (self._get_template_from_args(template).data.get("KeyName") if template else None)
        if key and key not in self.key_pairs:
            raise EC2ClientError("InvalidKeyPair.NotFound", f"The key pair '{key}' does not exist")
        before = set(self.reservations)
        try:
            return run_instances(self, *args, **kwargs)
        except Exception:
            for reservation_id in set(self.reservations) - before:
                for instance in self.reservations.pop(reservation_id).instances:
                    instance.terminate()
            raise

    InstanceBackend.run_instances = run
