#include "apps/policy_plugin.h"

#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include <dlfcn.h>

#include "base/event.h"
#include "scheduling/policies/fifo.h"

namespace propius {
namespace {

constexpr const char* kAbi = "propius_policy_abi";
constexpr const char* kAdd = "propius_add_policies";

std::string Reason() {
  const char* reason = dlerror();
  return reason == nullptr ? "no reason given" : reason;
}

tl::unexpected<Error> Refuse(const std::filesystem::path& library, const std::string& why) {
  return Fail(Code::kInvalidArgument, "plug-in " + library.string() + ": " + why);
}

// Runs foreign code; gives what it threw.
template <typename Run>
std::optional<std::string> Catch(const Run& run) {
  try {
    run();
    return std::nullopt;
  } catch (const std::exception& thrown) {
    return thrown.what();
  } catch (...) {
    return "something that is no std::exception";
  }
}

// A policy that may throw, which ours do not.
class Guarded final : public Policy {
 public:
  Guarded(std::string name, std::unique_ptr<Policy> policy) : name_(std::move(name)), policy_(std::move(policy)) {}

  Plan MakePlan(const Snapshot& seen, Rng& chance) override {
    Plan plan;
    const auto thrown = Catch([&] { plan = policy_->MakePlan(seen, chance); });
    if (!thrown) return plan;
    Event(Severity::kError, "policy_threw", {{"policy", name_}, {"what", *thrown}});
    return otherwise_->MakePlan(seen, chance);
  }

 private:
  std::string name_;
  std::unique_ptr<Policy> policy_;
  std::unique_ptr<Policy> otherwise_ = MakeFifo();
};

PolicyRegistry::CompoundFactory Guard(const std::string& name, PolicyRegistry::CompoundFactory factory) {
  return [name, factory = std::move(factory)](const PolicyOptions& options, const PolicyRegistry& others) {
    Result<std::unique_ptr<Policy>> made = nullptr;
    if (const auto thrown = Catch([&] { made = factory(options, others); })) {
      made = Fail(Code::kInternal, "policy " + name + ": expected to be made, threw: " + *thrown);
    } else if (made && *made == nullptr) {
      made = Fail(Code::kInternal, "policy " + name + ": expected a policy, got none");
    } else if (made) {
      made = std::make_unique<Guarded>(name, *std::move(made));
    }
    return made;
  };
}

struct Closer {
  void operator()(void* library) const { dlclose(library); }
};
using Library = std::unique_ptr<void, Closer>;

const PolicyAbi* AbiOf(void* library) { return static_cast<const PolicyAbi*>(dlsym(library, kAbi)); }

// Why a library does not load that may be one of ours: what another version calls, and this one lacks, says less than
// its version does.
tl::unexpected<Error> RefuseUnbound(const std::filesystem::path& path, const std::string& file) {
  const std::string reason = Reason();
  const Library unbound(dlopen(file.c_str(), RTLD_LAZY | RTLD_LOCAL));
  const PolicyAbi* abi = unbound ? AbiOf(unbound.get()) : nullptr;
  const Status same = abi != nullptr ? CheckPolicyAbi(*abi) : Status();
  return Refuse(path, same ? "expected a shared library with policies, got: " + reason : same.error().message);
}

// Known to be of this version; everything that it calls is there.
Result<Library> Open(const std::filesystem::path& path) {
  // A name without a slash would be looked for in the system's folders.
  const std::string file = std::filesystem::absolute(path).string();
  Library library(dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL));
  if (!library) return RefuseUnbound(path, file);
  const PolicyAbi* abi = AbiOf(library.get());
  if (abi == nullptr) {
    return Refuse(path,
                  std::string("expected it to export ") + kAbi + " (scheduling/policy_plugin.h), got: " + Reason());
  }
  if (const Status same = CheckPolicyAbi(*abi); !same) return Refuse(path, same.error().message);
  return library;
}

}  // namespace

Status CheckPolicyAbi(const PolicyAbi& theirs, const PolicyAbi& ours) {
  // Of another version only the first member is known.
  if (theirs.version != ours.version) {
    return Fail(Code::kInvalidArgument, "expected policy ABI version " + std::to_string(ours.version) +
                                            ", got version " + std::to_string(theirs.version) +
                                            ": build it against the headers of this propius");
  }
  if (theirs == ours) return {};
  return Fail(Code::kInvalidArgument,
              "expected types as this propius lays them out, got others of the same ABI version: "
              "build it with the same compiler and standard library");
}

Status AddPluginPolicies(PolicyRegistry& registry, const std::filesystem::path& path) {
  Result<Library> library = Open(path);
  if (!library) return tl::unexpected(library.error());
  void* found = dlsym(library->get(), kAdd);
  if (found == nullptr) return Refuse(path, std::string("expected it to export ") + kAdd + ", got: " + Reason());
  using AddPolicies = void (*)(PolicyRegistry&);
  const auto add = reinterpret_cast<AddPolicies>(found);

  // Gone before the library is closed: its factories are code of it.
  PolicyRegistry theirs;
  if (const auto thrown = Catch([&] { add(theirs); }))
    return Refuse(path, "expected its policies, it threw: " + *thrown);
  if (theirs.factories().empty()) return Refuse(path, "expected at least one policy, got none");
  for (const auto& [name, factory] : theirs.factories()) {
    if (!IsAttributeName(name)) {
      return Refuse(path, "expected names of lower-case letters, digits and _, got \"" + name.substr(0, 80) + "\"");
    }
    if (registry.Has(name)) return Refuse(path, "expected a new name, got \"" + name + "\", which is taken");
  }
  for (const auto& [name, factory] : theirs.factories()) registry.AddCompound(name, Guard(name, factory));
  static_cast<void>(library->release());
  return {};
}

Status AddPluginPolicies(PolicyRegistry& registry, const std::vector<std::string>& libraries) {
  for (const std::string& library : libraries) {
    if (const Status added = AddPluginPolicies(registry, std::filesystem::path(library)); !added) return added;
  }
  return {};
}

}  // namespace propius
