using System;

namespace Mote.Kernel.Vfs;

/// <summary>Where a program's bytes go that may have no room for a time, as one open file sees it.</summary>
public interface IByteOutlet
{
    /// <summary>Nothing will ever be taken again: EIO.</summary>
    bool IsGone { get; }

    bool IsNonBlocking { get; }

    /// <summary>Takes bytes from the front; returns how many, zero for want of room.</summary>
    int Take(ReadOnlySpan<byte> bytes);

    /// <summary>Waits until there may be room. False when a signal came first.</summary>
    bool WaitForRoom();
}
