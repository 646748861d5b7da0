using System;

namespace Mote.Abi.Linux;

/// <summary>CLONE_ flags (clone(2)). The lowest byte of clone's first argument is the exit signal.</summary>
[Flags]
public enum CloneFlags : ulong
{
    None = 0,
    ExitSignalMask = 0xff,
    Memory = 0x100,
    FileSystem = 0x200,
    Files = 0x400,
    SignalHandlers = 0x800,
    ProcessDescriptor = 0x1000,
    Trace = 0x2000,
    Vfork = 0x4000,
    Parent = 0x8000,
    Thread = 0x10000,
    NewNamespace = 0x20000,
    SystemV = 0x40000,
    SetThreadPointer = 0x80000,
    SetParentId = 0x100000,
    ClearChildId = 0x200000,
    Detached = 0x400000,
    Untraced = 0x800000,
    SetChildId = 0x1000000,
    NewControlGroup = 0x2000000,
    NewHostName = 0x4000000,
    NewIpc = 0x8000000,
    NewUser = 0x10000000,
    NewProcesses = 0x20000000,
    NewNetwork = 0x40000000,
    NewTime = 0x80,
    ClearHandlers = 0x1_0000_0000,
    IntoGroup = 0x2_0000_0000,
}
