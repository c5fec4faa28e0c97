// For hot loops over plain arrays: compiled once for the oldest machine and once for AVX2, chosen when the program
// starts. Sanitizers do not survive the choosing (it runs before they are ready), and clang 14 does not know it.
#pragma once

#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define PROPIUS_VECTORISED __attribute__((target_clones("avx2", "default")))
// For loops written in vectors of 16 floats. The widest fuses multiplications with additions, so that its last bits
// differ.
#define PROPIUS_VECTORISED_WIDE __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define PROPIUS_VECTORISED
#define PROPIUS_VECTORISED_WIDE
#endif
