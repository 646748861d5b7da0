using Mote.Abi.Linux;

namespace Mote.Kernel.Terminals;

// What the person at the terminal sees of the input.
public sealed partial class LineDiscipline
{
    private static bool IsControl(byte value) => value is < 0x20 or 0x7f;

    /// <summary>Echoes a byte, with ECHOCTL as ^X when it is a control character.</summary>
    private void EchoCharacter(byte value)
    {
        if (IsControl(value) && value != (byte)'\t' && Settings.Has(LocalModes.EchoControl))
        {
            _output.EchoControl(value);
        }
        else
        {
            _output.Echo(value);
        }
    }

    /// <summary>ECHOPRT: closes the brackets around what was erased.</summary>
    private void FinishErasing()
    {
        if (_isErasing)
        {
            _isErasing = false;
            _output.Echo((byte)'/');
        }
    }

    /// <summary>Shows that a character has gone from the line: its first byte is given, the others lie behind the new head up to <paramref name="end"/>.</summary>
    private void EchoErased(byte first, long end, ErasedPart part)
    {
        if (Settings.Has(LocalModes.EchoPrint))
        {
            if (!_isErasing)
            {
                _isErasing = true;
                _output.Echo((byte)'\\');
            }

            EchoCharacter(first);
            for (long at = _head + 1; at < end; at++)
            {
                _output.Echo(_bytes[Index(at)]);
                _output.MoveBack();
            }
        }
        else if (part == ErasedPart.Character && !Settings.Has(LocalModes.EchoErase))
        {
            EchoCharacter(Settings[ControlCharacter.Erase]);
        }
        else if (first == (byte)'\t')
        {
            RubOutTab();
        }
        else
        {
            bool isControl = IsControl(first);
            bool showsControl = Settings.Has(LocalModes.EchoControl);
            if (isControl && showsControl)
            {
                RubOut();
            }

            if (!isControl || showsControl)
            {
                RubOut();
            }
        }
    }

    private void RubOut()
    {
        _output.Echo((byte)'\b');
        _output.Echo((byte)' ');
        _output.Echo((byte)'\b');
    }

    /// <summary>Counts the columns from the line's start, or the tab before, to see how far the tab went.</summary>
    private void RubOutTab()
    {
        int columns = 0;
        bool isAfterTab = false;
        for (long at = _head; at != _lineEnd && !isAfterTab;)
        {
            byte value = _bytes[Index(--at)];
            isAfterTab = value == (byte)'\t';
            if (isAfterTab)
            {
                break;
            }

            if (IsControl(value))
            {
                columns += Settings.Has(LocalModes.EchoControl) ? 2 : 0;
            }
            else if (!IsContinuation(value))
            {
                columns++;
            }
        }

        _output.EchoBackOverTab(columns, isAfterTab);
    }
}
