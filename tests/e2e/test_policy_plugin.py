"""A policy in a shared library, as an outsider builds it: against the installed headers, in a folder of its own."""
import os
import pathlib
import subprocess
import tempfile
import unittest

from client import Device, Job, spec, until
from site_process import BINARY, Site
from propius.v1 import types_pb2 as types

BUILD = pathlib.Path(os.environ["PROPIUS_BUILD"])
EXAMPLE = pathlib.Path(__file__).parents[2] / "examples" / "policy"
MAKE = """
#include <memory>
#include <stdexcept>
#include "scheduling/policies/ranking.h"
#include "scheduling/policy_plugin.h"
struct Latest : propius::Policy {
  propius::Plan MakePlan(const propius::Snapshot& seen, propius::Rng&) override {
    if (seen.requests.size() == 2) throw std::runtime_error("two are too many");
    return propius::RankEveryone(seen, [](const auto& request) { return -propius::ToMicros(request.requested_at); });
  }
};
"""
VARIANTS = {
    "latest": MAKE + 'PROPIUS_POLICY_PLUGIN(r) { r.Add("latest", [](const auto&) { return std::make_unique<Latest>(); }); }',
    "taken": MAKE + 'PROPIUS_POLICY_PLUGIN(r) { r.Add("srsf", [](const auto&) { return std::make_unique<Latest>(); }); }',
    "throws": MAKE + 'PROPIUS_POLICY_PLUGIN(r) { throw std::runtime_error("not today"); }',
    "nothing": MAKE + "PROPIUS_POLICY_PLUGIN(r) {}",
    "newer": MAKE + "const propius::PolicyAbi propius_policy_abi{.version = propius::kPolicyAbiVersion + 1};"
                    'void missing_in_this_version(); void propius_add_policies(propius::PolicyRegistry&) '
                    "{ missing_in_this_version(); }",
    "lost": MAKE + "void nobody_has_this(); PROPIUS_POLICY_PLUGIN(r) { nobody_has_this(); }",
    "plain": 'extern "C" int answer() { return 42; }',
}


def run(*command, timeout=300):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=timeout)
    if done.returncode != 0:
        raise AssertionError(f"{command}: {done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done


def build(source, into, prefix):
    run("cmake", "-S", source, "-B", into, f"-DCMAKE_PREFIX_PATH={prefix}", "-DCMAKE_BUILD_TYPE=Debug")
    run("cmake", "--build", into, "--parallel", "2")


class PolicyPlugin(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="propius-plugin-")
        cls.addClassCleanup(cls.folder.cleanup)
        here = pathlib.Path(cls.folder.name)
        prefix = here / "prefix"
        run("cmake", "--install", BUILD, "--prefix", prefix, "--component", "policy_sdk")
        cls.headers = sorted(path.relative_to(prefix) for path in prefix.rglob("*.h"))
        build(EXAMPLE, here / "example", prefix)
        cls.example = here / "example" / "scarce_first.so"

        variants = here / "variants"
        variants.mkdir()
        lines = ["cmake_minimum_required(VERSION 3.25)", "project(variants LANGUAGES CXX)",
                 "find_package(PropiusPolicy CONFIG REQUIRED)"]
        for name, source in VARIANTS.items():
            (variants / f"{name}.cc").write_text(source)
            lines += [f"add_library({name} MODULE {name}.cc)", f"target_link_libraries({name} PRIVATE Propius::policy)",
                      f'set_target_properties({name} PROPERTIES PREFIX "")']
        (variants / "CMakeLists.txt").write_text("\n".join(lines))
        build(variants, here / "built", prefix)
        cls.variants = here / "built"

    def site(self, library, policy):
        site = Site({"scheduler": {"plugins": f'["{library}"]', "policy": f'"{policy}"'}})
        self.addCleanup(site.close)
        return site

    def refused(self, expected, library):
        folder = self.folder.name
        for command in (("serve", "--set", f'scheduler.plugins=["{library}"]', "--set", f"server.data_dir={folder}/data"),
                        ("simulate", "--quick", "--plugin", library, "--out", f"{folder}/out")):
            done = subprocess.run([BINARY, *command], capture_output=True, text=True, timeout=60, cwd=folder)
            self.assertEqual(done.returncode, 2, done.stderr)
            said = [line for line in done.stderr.splitlines() if not line.startswith("{")]
            self.assertEqual(len(said), 1, done.stderr)
            self.assertIn(str(library), said[0])
            self.assertIn(expected, said[0])

    def test_the_headers_of_no_other_room_are_installed(self):
        self.assertEqual({path.parts[2] for path in self.headers}, {"base", "domain", "scheduling"})
        self.assertFalse([path for path in self.headers if path.name == "testing.h"])

    def test_the_example_decides_who_is_served_first(self):
        site = self.site(self.example, "scarce_first")
        strong = Device(site, {"cpu_f": 9})
        for device in [strong] + [Device(site, {"cpu_f": 1}) for _ in range(5)]:
            device.check_in()
        anybody = Job(site, spec(5)).register()
        picky = Job(site, spec(5, public_constraint=[types.Attribute(name="cpu_f", value=8)])).register()
        anybody.request({"w": [1.0]})
        picky.request({"w": [1.0]})
        offers = until(strong.check_in, lambda greeting: len(greeting.offers) == 2).offers
        self.assertEqual([offer.round.job_id for offer in offers], [picky.id, anybody.id])
        self.assertGreater(picky.status().job.score, anybody.status().job.score)

    def test_simulations_compare_the_example_with_others(self):
        out = pathlib.Path(self.folder.name) / "simulated"
        done = run(BINARY, "simulate", "--quick", "--plugin", self.example, "--policy", "scarce_first,srsf", "--workload",
                   "low", "--rules", "released", "--out", out)
        self.assertIn("scarce_first", done.stdout)

    def test_a_policy_that_throws_leaves_the_site_alive(self):
        site = self.site(self.variants / "latest.so", "latest")
        first, second = (Job(site, spec(5)).register() for _ in range(2))
        first.request({"w": [1.0]})
        second.request({"w": [1.0]})
        offers = until(Device(site).check_in, lambda greeting: len(greeting.offers) == 2).offers
        self.assertEqual([offer.round.job_id for offer in offers], [first.id, second.id], "as fifo would")
        self.assertIn("two are too many", site.log.read_text())

    def test_what_is_no_library_of_policies_of_this_version_is_refused_in_one_line(self):
        self.refused("expected policy ABI version 1, got version 2", self.variants / "newer.so")
        self.refused("propius_policy_abi", self.variants / "plain.so")
        self.refused("nobody_has_this", self.variants / "lost.so")
        self.refused('expected a new name, got "srsf", which is taken', self.variants / "taken.so")
        self.refused("it threw: not today", self.variants / "throws.so")
        self.refused("expected at least one policy, got none", self.variants / "nothing.so")
        self.refused("expected a shared library with policies", EXAMPLE / "CMakeLists.txt")

    def test_a_library_that_is_absent_is_named(self):
        done = subprocess.run([BINARY, "serve", "--set", 'scheduler.plugins=["no-such.so"]'], capture_output=True, text=True,
                              timeout=60, cwd=self.folder.name)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("no-such.so", done.stderr)


if __name__ == "__main__":
    unittest.main()
