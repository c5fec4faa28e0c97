"""The outsider's programs of examples/, against a real server."""
import os
import pathlib
import subprocess
import unittest

from site_process import Site

BIN = pathlib.Path(os.environ["PROPIUS_BUILD"]) / "bin"


class Examples(unittest.TestCase):
    def test_the_example_job_gets_its_sums_from_the_example_devices(self):
        with Site() as site:
            devices = [subprocess.Popen([BIN / "example_device", site.client_manager]) for _ in range(3)]
            try:
                job = subprocess.run([BIN / "example_job", site.job_manager], capture_output=True, text=True, timeout=90)
                self.assertEqual(job.returncode, 0, job.stderr)
                self.assertIn("round 3", job.stdout)
            finally:
                for device in devices:
                    device.terminate()
                for device in devices:
                    device.wait(20)


if __name__ == "__main__":
    unittest.main()
