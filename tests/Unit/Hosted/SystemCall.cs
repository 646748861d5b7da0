using Mote.Abi.Linux;

namespace Mote.Tests.Unit.Hosted;

/// <summary>A system call that a program of a test makes.</summary>
internal sealed record SystemCall(SyscallNumber Number, params ulong[] Arguments);
