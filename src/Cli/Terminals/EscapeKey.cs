using System;

namespace Mote.Cli.Terminals;

/// <summary>Ctrl-] three times within a second ends the machine, whatever the program does with its keyboard (as in systemd-nspawn(1)). The presses reach the program, too.</summary>
internal sealed class EscapeKey
{
    private const byte Key = 0x1d;
    private const int Presses = 3;
    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(1);

    private TimeSpan _first;
    private int _count;

    /// <summary>Looks at input; true when it completes the sequence.</summary>
    /// <param name="now">Any clock that does not go back.</param>
    public bool IsCompletedBy(ReadOnlySpan<byte> input, TimeSpan now)
    {
        foreach (byte value in input)
        {
            if (value != Key)
            {
                _count = 0;
                continue;
            }

            if (_count == 0 || now - _first > s_time)
            {
                _first = now;
                _count = 0;
            }

            if (++_count == Presses)
            {
                return true;
            }
        }

        return false;
    }
}
