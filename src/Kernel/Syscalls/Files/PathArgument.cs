using System;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Syscalls.Files;

/// <summary>A path that a program passed, copied into a buffer lent from the pool.</summary>
public ref struct PathArgument(BufferPool pool)
{
    // PATH_MAX, the NUL included.
    private const int MaximumBytes = 4096;

    private byte[]? _buffer = pool.Rent();

    public int Length { get; set; }

    public readonly Span<byte> Room => _buffer.AsSpan(0, MaximumBytes);

    public readonly ReadOnlySpan<byte> Text => _buffer.AsSpan(0, Length);

    public void Dispose()
    {
        if (_buffer != null)
        {
            pool.Return(_buffer);
            _buffer = null;
        }
    }
}
