// Pieces of one piece of work done at the same time.
#pragma once

#include <cstddef>
#include <functional>

#include "base/workers.h"

namespace propius {

// Runs work(0) … work(count - 1), each once, in the caller and in those of the workers that are free; returns when all
// are done. The caller waits for no piece that has not begun, so busy workers cannot hold it up, and a worker may be
// the caller. Null: the caller does everything.
void SideBySide(Workers* workers, std::size_t count, const std::function<void(std::size_t)>& work);

}  // namespace propius
