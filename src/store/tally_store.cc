#include "store/tally_store.h"

namespace propius {

bool TallyChanges::empty() const {
  return plans.empty() && tallies.empty() && removed_plans.empty() && removed_tallies.empty();
}

}  // namespace propius
