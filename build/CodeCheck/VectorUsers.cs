using System;
using System.Collections.Generic;
using System.IO;
using Iced.Intel;
using Mote.LineTable;

namespace Mote.CodeCheck;

/// <summary>
/// Has each function that needs registers which an entry into the kernel does not save at once begin with a call of MachineSaveVectors (trap.S): its first instructions
/// are moved to the room behind MachineVectorUsers, after the call, and a jump takes their place.
/// </summary>
internal sealed class VectorUsers
{
    private const int JumpBytes = 5;
    private const byte Breakpoint = 0xcc;
    private const string Room = "MachineVectorUsers";

    private readonly ElfFile _elf;
    private readonly ulong _save;
    private readonly ulong _enterUser;
    private readonly ulong _end;
    private ulong _next;

    /// <exception cref="InvalidDataException">The kernel has no room for the calls.</exception>
    internal VectorUsers(ElfFile elf)
    {
        _elf = elf;
        foreach (ElfSymbol symbol in elf.Symbols())
        {
            _save = symbol.Name == "MachineSaveVectors" ? symbol.Address : _save;
            _enterUser = symbol.Name == "MachineEnterUser" ? symbol.Address : _enterUser;
            _next = symbol.Name == Room ? symbol.Address : _next;
            _end = symbol.Name == Room + "End" ? symbol.Address : _end;
        }

        if (_save == 0 || _next == 0 || _end <= _next)
        {
            throw new InvalidDataException($"MachineSaveVectors, {Room} or its end is missing (trap.S)");
        }
    }

    /// <exception cref="InvalidDataException">Its first instructions cannot be moved, or there is no room left.</exception>
    internal void SaveFirst(string name, Memory<byte> code, ulong address)
    {
        List<Instruction> moved = [];
        Decoder decoder = Decoder.Create(64, new ByteArrayCodeReader(code.ToArray()), address);
        while (decoder.IP < address + JumpBytes)
        {
            Instruction instruction = decoder.Decode();
            if (instruction.IsInvalid || instruction.FlowControl is not (FlowControl.Next or FlowControl.Call) || decoder.IP > address + (ulong)code.Length)
            {
                throw new InvalidDataException($"{name} begins with {instruction}, which cannot be moved");
            }

            moved.Add(instruction);
        }

        ulong rest = decoder.IP;
        RefuseTargets(name, code, address, rest);
        byte[] there = Assemble(_next, [Instruction.CreateBranch(Code.Call_rel32_64, _save), .. moved, Instruction.CreateBranch(Code.Jmp_rel32_64, rest)]);
        if (_next + (ulong)there.Length > _end)
        {
            throw new InvalidDataException($"the room of {Room} (trap.S) is too small");
        }

        there.CopyTo(_elf.Code(_next, (ulong)there.Length));
        Span<byte> start = code.Span[..(int)(rest - address)];
        start.Fill(Breakpoint);
        Assemble(address, [Instruction.CreateBranch(Code.Jmp_rel32_64, _next)]).CopyTo(start);
        _next += (ulong)there.Length;
    }

    /// <summary>
    /// A jump back to the very start saves again, which does no harm; one into what was moved would not arrive. What enters the program finds the program's registers in
    /// the CPU again when it returns.
    /// </summary>
    private void RefuseTargets(string name, Memory<byte> code, ulong address, ulong rest)
    {
        Decoder decoder = Decoder.Create(64, new ByteArrayCodeReader(code.ToArray()), address);
        while (decoder.IP < address + (ulong)code.Length)
        {
            Instruction instruction = decoder.Decode();
            if (instruction.Op0Kind != OpKind.NearBranch64)
            {
                continue;
            }

            if (instruction.NearBranchTarget > address && instruction.NearBranchTarget < rest)
            {
                throw new InvalidDataException($"{name} jumps into its first instructions, which therefore cannot be moved");
            }

            if (instruction.NearBranchTarget == _enterUser)
            {
                throw new InvalidDataException($"{name} enters the program and uses registers that are saved only at its start");
            }
        }
    }

    private static byte[] Assemble(ulong address, Instruction[] instructions)
    {
        ListWriter writer = new();
        return BlockEncoder.TryEncode(64, new InstructionBlock(writer, instructions, address), out string? error, out _, BlockEncoderOptions.DontFixBranches)
            ? [.. writer.Bytes]
            : throw new InvalidDataException(error);
    }

    private sealed class ListWriter : CodeWriter
    {
        public List<byte> Bytes { get; } = [];

        public override void WriteByte(byte value) => Bytes.Add(value);
    }
}
