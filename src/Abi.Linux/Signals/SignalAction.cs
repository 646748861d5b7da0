using System.Runtime.InteropServices;

namespace Mote.Abi.Linux;

/// <summary>What a signal does: struct kernel_sigaction of x86-64 (rt_sigaction(2)).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct SignalAction
{
    /// <summary>SIG_DFL as <see cref="Handler"/>.</summary>
    public const ulong Default = 0;

    /// <summary>SIG_IGN as <see cref="Handler"/>.</summary>
    public const ulong Ignore = 1;

    public ulong Handler;
    public SignalActionFlags Flags;
    public ulong Restorer;
    public SignalSet Mask;

    public readonly bool IsDefault => Handler == Default;

    public readonly bool IsIgnored => Handler == Ignore;
}
