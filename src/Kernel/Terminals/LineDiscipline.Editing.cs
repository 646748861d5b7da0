using Mote.Abi.Linux;

namespace Mote.Kernel.Terminals;

// Canonical mode: characters that edit the line or end it.
public sealed partial class LineDiscipline
{
    /// <summary>False when the byte is an ordinary one.</summary>
    private bool TryEdit(byte input)
    {
        bool isExtended = Settings.Has(LocalModes.Extended);
        if (Settings.Is(input, ControlCharacter.Erase))
        {
            Erase(ErasedPart.Character);
        }
        else if (Settings.Is(input, ControlCharacter.Kill))
        {
            Erase(ErasedPart.Line);
        }
        else if (isExtended && Settings.Is(input, ControlCharacter.WordErase))
        {
            Erase(ErasedPart.Word);
        }
        else if (isExtended && Settings.Is(input, ControlCharacter.LiteralNext))
        {
            _isLiteralNext = true;
            if (Settings.Has(LocalModes.Echo))
            {
                FinishErasing();
                if (Settings.Has(LocalModes.EchoControl))
                {
                    _output.Echo((byte)'^');
                    _output.Echo((byte)'\b');
                }
            }
        }
        else if (isExtended && Settings.Has(LocalModes.Echo) && Settings.Is(input, ControlCharacter.Reprint))
        {
            Reprint(input);
        }
        else if (input == (byte)'\n')
        {
            if (Settings.Has(LocalModes.Echo | LocalModes.EchoNewLine))
            {
                _output.Echo(input);
            }

            EndLine(input);
        }
        else if (Settings.Is(input, ControlCharacter.EndOfFile))
        {
            EndLine(TerminalSettings.Disabled);
        }
        else if (Settings.Is(input, ControlCharacter.EndOfLine) || (isExtended && Settings.Is(input, ControlCharacter.EndOfLine2)))
        {
            if (Settings.Has(LocalModes.Echo))
            {
                if (_head == _lineEnd)
                {
                    _output.MarkLineStart();
                }

                EchoCharacter(input);
            }

            EndLine(input);
        }
        else
        {
            return false;
        }

        return true;
    }

    private void EndLine(byte last)
    {
        Store(last);
        _endsLine[Index(_head - 1)] = true;
        _lineEnd = _head;
    }

    private void Reprint(byte input)
    {
        FinishErasing();
        EchoCharacter(input);
        _output.Echo((byte)'\n');
        for (long at = _lineEnd; at != _head; at++)
        {
            EchoCharacter(_bytes[Index(at)]);
        }
    }

    private void Erase(ErasedPart part)
    {
        if (_head == _lineEnd)
        {
            return;
        }

        bool echoes = Settings.Has(LocalModes.Echo);
        if (part == ErasedPart.Line && (!echoes || !Settings.Has(LocalModes.EchoKill) || !Settings.Has(LocalModes.EchoKillErase) || !Settings.Has(LocalModes.EchoErase)))
        {
            ForgetLine(echoes);
            return;
        }

        bool hasSeenWord = false;
        while (_head != _lineEnd)
        {
            // A character of several bytes goes as a whole.
            long start = _head;
            byte first;
            do
            {
                first = _bytes[Index(--start)];
            }
            while (IsContinuation(first) && start != _lineEnd);

            if (IsContinuation(first))
            {
                break;
            }

            if (part == ErasedPart.Word)
            {
                bool isWord = IsAlphanumeric(first) || first == (byte)'_';
                if (!isWord && hasSeenWord)
                {
                    break;
                }

                hasSeenWord |= isWord;
            }

            long end = _head;
            _head = start;
            if (echoes)
            {
                EchoErased(first, end, part);
            }

            if (part == ErasedPart.Character)
            {
                break;
            }
        }

        if (_head == _lineEnd && echoes)
        {
            FinishErasing();
        }
    }

    /// <summary>The kill character where the line is not rubbed out on the screen.</summary>
    private void ForgetLine(bool echoes)
    {
        _head = _lineEnd;
        if (!echoes)
        {
            return;
        }

        FinishErasing();
        EchoCharacter(Settings[ControlCharacter.Kill]);
        if (Settings.Has(LocalModes.EchoKill))
        {
            _output.Echo((byte)'\n');
        }
    }

    private bool IsContinuation(byte value) => (value & 0xc0) == 0x80 && Settings.Has(InputModes.Utf8);

    /// <summary>Letters and digits; the first bytes of longer UTF-8 characters count as letters, as on Linux, where they are those of Latin-1.</summary>
    private static bool IsAlphanumeric(byte value) =>
        value is (>= (byte)'0' and <= (byte)'9') or (>= (byte)'A' and <= (byte)'Z') or (>= (byte)'a' and <= (byte)'z') or (>= 0xc0 and not (0xd7 or 0xf7));
}
