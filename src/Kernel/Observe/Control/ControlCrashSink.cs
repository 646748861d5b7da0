using System;
using Mote.Kernel.Processes;

namespace Mote.Kernel.Observe;

/// <summary>Crash reports on the control channel.</summary>
public sealed class ControlCrashSink(ControlChannel channel) : CrashSink
{
    public override void Write(ReadOnlySpan<byte> line) => channel.Crash(line);
}
