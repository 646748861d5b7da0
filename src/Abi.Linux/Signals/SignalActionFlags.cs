using System;

namespace Mote.Abi.Linux;

/// <summary>SA_ flags (sigaction(2)).</summary>
[Flags]
public enum SignalActionFlags : ulong
{
    None = 0,
    NoChildStop = 1,
    NoChildWait = 2,
    SignalInfo = 4,
    ExposeTagBits = 0x800,
    Restorer = 0x0400_0000,
    OnStack = 0x0800_0000,
    Restart = 0x1000_0000,
    NoDefer = 0x4000_0000,
    ResetHandler = 0x8000_0000,

    /// <summary>Those that Linux keeps of what a program sets (UAPI_SA_FLAGS): the others read back as zero, which is how programs find out.</summary>
    All = NoChildStop | NoChildWait | SignalInfo | ExposeTagBits | Restorer | OnStack | Restart | NoDefer | ResetHandler,
}
