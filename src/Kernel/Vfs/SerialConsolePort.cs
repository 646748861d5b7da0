using System;
using Mote.Machine;

namespace Mote.Kernel.Vfs;

/// <summary>The serial port as a stream without input: for machines that have no virtio console.</summary>
public sealed class SerialConsolePort : ConsolePort
{
    public override bool IsReadable => false;

    public override bool IsWritable => true;

    public override bool IsEndOfInput => true;

    public override bool IsBroken => false;

    public override int Read(Span<byte> destination) => 0;

    public override int Write(ReadOnlySpan<byte> source)
    {
        SerialPort.Write(source);
        return source.Length;
    }

    public override bool Drain(Instant deadline) => true;
}
