using System;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Vfs;

/// <summary>
/// A byte stream to the host: the program's standard streams and the control channel. Reading and writing never block; whoever must wait does so
/// on <see cref="Readiness"/>, which is told poll masks (POLLIN, POLLOUT, POLLHUP), and then tries again.
/// </summary>
public abstract class ConsolePort
{
    /// <summary>Poll bits that <see cref="Readiness"/> is told (poll.h).</summary>
    protected const uint Readable = 0x1;

    /// <inheritdoc cref="Readable"/>
    protected const uint Writable = 0x4;

    /// <inheritdoc cref="Readable"/>
    protected const uint HungUp = 0x10;

    /// <summary>Told whenever reading, writing or the end may have become possible.</summary>
    public WaitQueue Readiness { get; } = new();

    /// <summary>Whether <see cref="Read"/> would return bytes.</summary>
    public abstract bool IsReadable { get; }

    /// <summary>Whether <see cref="Write"/> would take at least one byte, or fail for good (see <see cref="IsBroken"/>).</summary>
    public abstract bool IsWritable { get; }

    /// <summary>The host closed its side and all that came before has been read: a read is end of file.</summary>
    public abstract bool IsEndOfInput { get; }

    /// <summary>The device has failed; writes are lost (EIO) and reads end.</summary>
    public abstract bool IsBroken { get; }

    /// <summary>Takes bytes that have come. Returns how many; zero when there are none now.</summary>
    public abstract int Read(Span<byte> destination);

    /// <summary>Gives bytes to the host, in order. Returns how many were taken; zero when the buffers are full now or the device has failed.</summary>
    public abstract int Write(ReadOnlySpan<byte> source);

    /// <summary>Waits, blocking everything else, until the host has taken all that was written, or the deadline. False when it has not. For the end of the machine.</summary>
    public abstract bool Drain(Instant deadline);
}
