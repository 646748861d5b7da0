using System;
using Mote.Machine;

namespace Mote.Kernel.Logging;

/// <summary>Log lines on the serial port.</summary>
public sealed class SerialLogSink : LogSink
{
    public override void Write(ReadOnlySpan<byte> line)
    {
        SerialPort.Write(line);
        SerialPort.Write("\n"u8);
    }
}
