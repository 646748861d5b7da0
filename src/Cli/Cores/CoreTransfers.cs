using System;
using System.Globalization;
using System.Threading;

namespace Mote.Cli.Cores;

/// <summary>
/// The core files of one machine's program: one at a time, asked for from here, or because a signal ends the program. What the machine
/// sends is not trusted: no more than so
/// many bytes are taken, and only where one was asked for.
/// </summary>
/// <param name="send">Sends a line to the machine; false when there is none.</param>
internal sealed class CoreTransfers(Func<string, bool> send)
{
    /// <summary>How many times the machine's memory a core may hold: pages can be mapped more than once.</summary>
    public const int Factor = 8;

    private const int LongestPiece = 64 * 1024;

    private static readonly TimeSpan s_writePatience = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private CoreTransfer? _current;
    private CoreTransfer? _finishing;
    private byte[] _piece = [];
    private int _pieceCount;
    private bool _hasBegun;
    private bool _isOver;

    /// <summary>The most that is taken from the machine for one core, in bytes.</summary>
    public long MostBytes { get; set; } = long.MaxValue;

    /// <summary>This computer's path of a file of the machine, or <c>null</c>: cores name files by it.</summary>
    public Func<string, string?>? HostPathOf { get; set; }

    /// <summary>Makes the target for the core of a program that a signal ends; <c>null</c> is no such core.</summary>
    public Func<CoreTarget>? OnCrash { get; set; }

    /// <summary>Asks for a core. The target hears of the end.</summary>
    public void Request(CoreTarget target)
    {
        string? refusal = null;
        lock (_lock)
        {
            if (_current is not null)
            {
                refusal = "another core of it is being made";
            }
            else if (_isOver || !send("core start"))
            {
                refusal = "the machine has ended";
            }
            else
            {
                _current = NewTransfer(target);
                _hasBegun = false;
            }
        }

        if (refusal is not null)
        {
            target.Fail(refusal);
        }
    }

    /// <summary>Takes a line about a core. Returns how many bytes of it follow.</summary>
    public int Take(string line)
    {
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        string word = space < 0 ? line : line[..space];
        string rest = space < 0 ? "" : line[(space + 1)..];
        lock (_lock)
        {
            switch (word)
            {
                case "begin" when _current is not null && !_hasBegun:
                    _hasBegun = true;
                    _current.Begin();
                    break;
                case "crash":
                    TakeCrash();
                    break;
                case "data" when int.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out int bytes) && bytes is > 0 and <= LongestPiece:
                    _piece = new byte[bytes];
                    _pieceCount = 0;
                    return bytes;
                case "zeros" when _hasBegun && long.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out long zeros):
                    _current?.Skip(zeros);
                    break;
                case "end":
                    _current?.Finish();
                    Forget();
                    break;
                case "stopped":
                    _current?.Fail("the program ended meanwhile");
                    Forget();
                    break;
                case "failed" when _current is null && OnCrash is not null:
                    OnCrash().Fail(rest);
                    break;
                case "failed":
                    _current?.Fail(rest);
                    Forget();
                    break;
                default:
                    break; // of a newer kernel
            }
        }

        return 0;
    }

    /// <summary>Takes bytes that follow a line.</summary>
    public void TakeBytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_piece.AsSpan(_pieceCount));
        _pieceCount += bytes.Length;
        if (_pieceCount < _piece.Length)
        {
            return;
        }

        lock (_lock)
        {
            if (_hasBegun)
            {
                _current?.Put(_piece);
            }
        }
    }

    /// <summary>The machine has ended: waits until what it sent is where it goes.</summary>
    public void End()
    {
        CoreTransfer? last;
        lock (_lock)
        {
            _isOver = true;
            _current?.Fail("the machine ended meanwhile");
            Forget();
            last = _finishing;
        }

        _ = last?.Join(s_writePatience); // the rest is lost, as whatever waits for a disk that does not answer
    }

    private CoreTransfer NewTransfer(CoreTarget target) =>
        new(HostPathOf is { } hostPathOf ? new CoreNames(target, hostPathOf) : target, send, MostBytes);

    private void TakeCrash()
    {
        if (!_hasBegun)
        {
            _current?.Fail("a signal has just ended the program");
            Forget();
        }

        if (OnCrash is null)
        {
            _ = send("core stop"); // the machine does not send one then
            return;
        }

        _current = NewTransfer(OnCrash());
        _hasBegun = true;
        _current.Begin();
    }

    private void Forget()
    {
        _finishing = _current ?? _finishing;
        _current = null;
        _hasBegun = false;
    }
}
