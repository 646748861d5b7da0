namespace Mote.Runtime;

/// <summary>From the registers of a frame to those of its caller, by the programs in .eh_frame (DWARF 4, 6.4.2). It knows the
/// instructions that ilc and our assembly use and gives up at any other.</summary>
// SAFETY: checked, it reads the stack within StackBounds alone; unchecked, it unwinds frames that are live because
// the dispatcher runs on top of them.
internal static unsafe class Unwinder
{
    public const int ReturnAddressRegister = 16;
    public const int DataAlignment = -8;

    private const int FramePointerRegister = 6;
    private const int StackPointerRegister = 7;
    private const int Registers = 17;

    // Where the canonical frame address is, and at which distance from it registers were saved.
    private struct Row
    {
        public int CfaRegister;
        public int CfaOffset;
        public uint Saved;
        public bool IsLast;
        public fixed int Offsets[Registers];
    }

    /// <summary>Unwinds one frame.</summary>
    /// <param name="function">The function it belongs to.</param>
    /// <param name="address">An address in the instruction at which it stands.</param>
    /// <param name="registers">Its registers; then its caller's.</param>
    /// <param name="isChecked">Whether to read only where <see cref="StackBounds"/> says that the stack is.</param>
    /// <returns>False when there is no caller, or the frame cannot be understood.</returns>
    public static bool Step(ref FrameDescription function, nint address, RegisterDisplay* registers, bool isChecked)
    {
        Row row = default;
        // The program describes the state before the instruction at the address it has advanced to.
        if (!Run(function.CommonProgram, function.CommonProgramEnd, 0, 0, &row)
            || !Run(function.Program, function.ProgramEnd, address, function.Start, &row)
            || row.IsLast)
        {
            return false;
        }

        nint cfa = row.CfaOffset + (row.CfaRegister == StackPointerRegister ? registers->Sp : *registers->Rbp);
        nint returnAddress = cfa + DataAlignment;
        if (isChecked && (cfa <= registers->Sp || !StackBounds.Contains(returnAddress)))
        {
            return false;
        }

        for (int register = 0; register < ReturnAddressRegister; register++)
        {
            if ((row.Saved & (1u << register)) != 0)
            {
                nint location = cfa + row.Offsets[register];
                if ((isChecked && !StackBounds.Contains(location)) || !registers->SetSaved(register, (nint*)location))
                {
                    return false;
                }
            }
        }

        registers->Sp = cfa;
        registers->Ip = *(nint*)returnAddress;
        return true;
    }

    private static bool Run(byte* cursor, byte* end, nint address, nint location, Row* row)
    {
        while (cursor < end)
        {
            byte instruction = *cursor++;
            int operand = instruction & 0x3f;
            switch (instruction >> 6)
            {
                case 1: // DW_CFA_advance_loc
                    location += operand;
                    break;
                case 2: // DW_CFA_offset
                    row->Saved |= 1u << operand;
                    row->Offsets[operand % Registers] = (int)DwarfNumber.ReadUnsigned(ref cursor) * DataAlignment;
                    break;
                case 0 when !RunExtended(instruction, ref cursor, ref location, row):
                case 3:
                    return false;
            }

            if (location > address)
            {
                return true;
            }
        }

        return true;
    }

    private static bool RunExtended(byte instruction, ref byte* cursor, ref nint location, Row* row)
    {
        switch (instruction)
        {
            case 0x00: // DW_CFA_nop
                return true;
            case 0x02: // DW_CFA_advance_loc1
                location += *cursor++;
                return true;
            case 0x03: // DW_CFA_advance_loc2
                location += *(ushort*)cursor;
                cursor += 2;
                return true;
            case 0x04: // DW_CFA_advance_loc4
                location += *(int*)cursor;
                cursor += 4;
                return true;
            case 0x07: // DW_CFA_undefined: of the return address, in the first function of a stack
                row->IsLast |= DwarfNumber.ReadUnsigned(ref cursor) == ReturnAddressRegister;
                return true;
            case 0x0c: // DW_CFA_def_cfa
                row->CfaRegister = (int)DwarfNumber.ReadUnsigned(ref cursor);
                row->CfaOffset = (int)DwarfNumber.ReadUnsigned(ref cursor);
                return IsFrameRegister(row->CfaRegister);
            case 0x0d: // DW_CFA_def_cfa_register
                row->CfaRegister = (int)DwarfNumber.ReadUnsigned(ref cursor);
                return IsFrameRegister(row->CfaRegister);
            case 0x0e: // DW_CFA_def_cfa_offset
                row->CfaOffset = (int)DwarfNumber.ReadUnsigned(ref cursor);
                return true;
            default:
                return false;
        }
    }

    private static bool IsFrameRegister(int register) => register is FramePointerRegister or StackPointerRegister;
}
