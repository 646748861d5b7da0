using System;

namespace Mote.Machine;

/// <summary>Adds bytes of a frame to a sum. A device or a program may change them meanwhile.</summary>
public delegate ulong FrameSum(ulong before, ReadOnlySpan<byte> bytes);
