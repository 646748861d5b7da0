using Mote.Abi.Linux;

namespace Mote.Kernel.Syscalls;

/// <summary>Sees every system call before and after it is done. Only a table that has one pays for it.</summary>
public abstract class SyscallTracer
{
    /// <summary>A thread is about to make a call.</summary>
    public abstract void Enter(int number, in SyscallArguments a);

    /// <summary>The call is done; the registers still hold the arguments (after rt_sigreturn and execve they hold the new ones). Restarts show as ERESTARTSYS. exit and exit_group never come here.</summary>
    public abstract void Exit(int number, in SyscallArguments a, Result<long> result);
}
