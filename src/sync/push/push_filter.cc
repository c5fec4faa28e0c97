#include "sync/push/push_filter.h"

#include "base/quote.h"
#include "sync/push/deep_gradient_compression.h"
#include "sync/push/significance_filter.h"

namespace propius {

Result<std::unique_ptr<PushFilter>> MakePushFilter(const std::string& name) {
  if (name == "dense") return std::unique_ptr<PushFilter>();
  if (name == "dgc") return MakeDeepGradientCompression({});
  if (name == "significant") return MakeSignificanceFilter({});
  return Fail(Code::kInvalidArgument, "push: expected dense, dgc or significant, got " + Quote(name));
}

}  // namespace propius
