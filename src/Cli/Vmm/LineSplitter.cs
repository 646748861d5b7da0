using System;
using System.Text;

namespace Mote.Cli.Vmm;

/// <summary>Makes lines of UTF-8 text that comes in arbitrary pieces. A line longer than the limit is handed on in parts, so that a guest cannot fill the host's memory.</summary>
/// <param name="onLine">Takes a line.</param>
/// <param name="onBytes">Takes what <see cref="Expect"/> says is no line.</param>
internal sealed class LineSplitter(Action<string> onLine, Action<ReadOnlySpan<byte>>? onBytes = null)
{
    private const int LongestLineBytes = 64 * 1024;

    private readonly byte[] _line = new byte[LongestLineBytes];
    private int _count;
    private int _expected;

    /// <summary>After the line that is being handed on come so many bytes that are no lines.</summary>
    public void Expect(int bytes) => _expected = bytes;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_expected > 0)
            {
                int raw = Math.Min(_expected, bytes.Length);
                onBytes?.Invoke(bytes[..raw]);
                _expected -= raw;
                bytes = bytes[raw..];
                continue;
            }

            int end = bytes.IndexOf((byte)'\n');
            ReadOnlySpan<byte> piece = end < 0 ? bytes : bytes[..end];
            bytes = end < 0 ? default : bytes[(end + 1)..];
            while (piece.Length > LongestLineBytes - _count)
            {
                int fits = LongestLineBytes - _count;
                piece[..fits].CopyTo(_line.AsSpan(_count));
                _count += fits;
                piece = piece[fits..];
                Emit();
            }

            piece.CopyTo(_line.AsSpan(_count));
            _count += piece.Length;
            if (end >= 0)
            {
                Emit();
            }
        }
    }

    /// <summary>Hands on a last line that has no line feed.</summary>
    public void End()
    {
        if (_count > 0)
        {
            Emit();
        }
    }

    private void Emit()
    {
        int length = _count > 0 && _line[_count - 1] == '\r' ? _count - 1 : _count;
        string text = Encoding.UTF8.GetString(_line, 0, length);
        _count = 0;
        onLine(text);
    }
}
