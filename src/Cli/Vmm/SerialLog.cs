using System;
using System.Text;

namespace Mote.Cli.Vmm;

/// <summary>The end of what came over the serial port. Bounded, for a guest may print without end.</summary>
internal sealed class SerialLog
{
    private const int KeptBytes = 256 * 1024;

    private readonly byte[] _kept = new byte[KeptBytes];
    private int _count;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > KeptBytes)
        {
            bytes = bytes[^KeptBytes..];
        }

        int excess = _count + bytes.Length - KeptBytes;
        if (excess > 0)
        {
            _kept.AsSpan(excess, _count - excess).CopyTo(_kept);
            _count -= excess;
        }

        bytes.CopyTo(_kept.AsSpan(_count));
        _count += bytes.Length;
    }

    public override string ToString() => Encoding.UTF8.GetString(_kept, 0, _count);
}
