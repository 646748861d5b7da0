using Mote.Abi.Linux;

namespace Mote.Kernel.Syscalls;

/// <summary>Does a system call. ERESTARTSYS and ERESTARTNOHAND are allowed: the thread's loop turns them into a restart or EINTR.</summary>
public delegate Result<long> SyscallHandler(in SyscallArguments a);
