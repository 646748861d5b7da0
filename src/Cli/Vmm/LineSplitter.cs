using System;
using System.Text;

namespace Mote.Cli.Vmm;

/// <summary>Makes lines of UTF-8 text that comes in arbitrary pieces. A line longer than the limit is handed on in parts, so that a guest cannot fill the host's memory.</summary>
internal sealed class LineSplitter(Action<string> onLine)
{
    private const int LongestLineBytes = 64 * 1024;

    private readonly byte[] _line = new byte[LongestLineBytes];
    private int _count;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
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
