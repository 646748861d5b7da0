using System;
using Mote.Kernel.Processes;
using Mote.Machine;

namespace Mote.Kernel.Observe;

/// <summary>Crash reports on the serial port, for machines without a control channel.</summary>
public sealed class SerialCrashSink : CrashSink
{
    public override void Write(ReadOnlySpan<byte> line)
    {
        SerialPort.Write(line);
        SerialPort.Write("\n"u8);
    }
}
