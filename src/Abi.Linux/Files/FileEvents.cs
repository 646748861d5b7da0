using System;

namespace Mote.Abi.Linux;

/// <summary>IN_ bits: what happened to a watched file, and how a watch is meant (inotify(7)).</summary>
[Flags]
public enum FileEvents : uint
{
    None = 0,
    Access = 0x1,
    Modify = 0x2,
    Attributes = 0x4,
    CloseWrite = 0x8,
    CloseNoWrite = 0x10,
    Open = 0x20,
    MovedFrom = 0x40,
    MovedTo = 0x80,
    Create = 0x100,
    Delete = 0x200,
    DeleteSelf = 0x400,
    MoveSelf = 0x800,

    /// <summary>IN_ALL_EVENTS: what a watch can ask for.</summary>
    All = 0xfff,
    Unmount = 0x2000,
    QueueOverflow = 0x4000,

    /// <summary>The watch is gone.</summary>
    Ignored = 0x8000,
    OnlyDirectory = 0x0100_0000,
    DoNotFollow = 0x0200_0000,
    ExcludeUnlinked = 0x0400_0000,
    MaskCreate = 0x1000_0000,
    MaskAdd = 0x2000_0000,
    IsDirectory = 0x4000_0000,
    OneShot = 0x8000_0000,

    /// <summary>All bits that inotify_add_watch(2) knows.</summary>
    Known = All | Unmount | QueueOverflow | Ignored | OnlyDirectory | DoNotFollow | ExcludeUnlinked | MaskCreate | MaskAdd | IsDirectory | OneShot,
}
