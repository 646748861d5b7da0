using System;
using Mote.Kernel.Logging;

namespace Mote.Kernel.Observe;

/// <summary>The kernel's log on the control channel.</summary>
public sealed class ControlLogSink(ControlChannel channel) : LogSink
{
    public override void Write(ReadOnlySpan<byte> line) => channel.Log(line);
}
