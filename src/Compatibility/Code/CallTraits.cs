namespace Mote.Compatibility.Code;

/// <summary>What a function is given by its caller and hands to a system call. Registers are in the order of encoding: RAX, RCX, RDX, RBX, ...</summary>
/// <param name="Number">The register with the number of the call, as of syscall(2).</param>
/// <param name="First">Beside a number: the register with the call's first argument.</param>
/// <param name="Flags">The register with the flags of clone(2).</param>
/// <param name="FlagsAbove">Not 0: the flags lie in memory that a caller fills, so many calls further up already.</param>
internal readonly record struct CallTraits(int? Number, int? First, int? Flags, int FlagsAbove);
