using System;

namespace Mote.Machine;

/// <summary>Physical memory as firmware's tables are read from it; a test's is what it likes.</summary>
public abstract class PhysicalBytes
{
    /// <summary>Copies bytes. False when they cannot be seen.</summary>
    public abstract bool TryRead(ulong address, Span<byte> destination);
}
