using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Random;
using Mote.Machine;

namespace Mote.Kernel.Processes;

/// <summary>
/// The first contents of a program's stack: argument count, argv, envp, the auxiliary vector, and above them the strings that they point to (System V ABI, AMD64 supplement,
/// 3.4.1), in Linux's order.
/// </summary>
internal sealed class StackImage
{
    private const int WordBytes = 8;
    private const int RandomBytes = 16;
    private const int Alignment = 16;
    private const int MaxAuxiliary = 24;

    private readonly byte[] _auxiliary = new byte[MaxAuxiliary * 2 * WordBytes];
    private int _auxiliaryLength;
    private byte[] _bytes = [];
    private ulong _top;

    /// <summary>Address of the strings of argv; those of envp follow, up to <see cref="StringsEnd"/>.</summary>
    internal VirtAddr ArgumentsStart { get; private set; }

    internal VirtAddr EnvironmentStart { get; private set; }

    internal VirtAddr StringsEnd { get; private set; }

    /// <summary>The stack pointer at the first instruction.</summary>
    internal VirtAddr StackPointer { get; private set; }

    /// <summary>What goes to <see cref="StackPointer"/>.</summary>
    internal ReadOnlySpan<byte> Bytes => _bytes;

    internal ReadOnlySpan<byte> Auxiliary => _auxiliary.AsSpan(0, _auxiliaryLength);

    /// <summary>Bytes that the strings and pointers of a program take, to be held against the limit.</summary>
    internal static ulong SizeOf(byte[][] arguments, byte[][] environment, byte[] path)
    {
        ulong total = (ulong)path.Length + 1;
        foreach (byte[] text in arguments)
        {
            total += (ulong)text.Length + 1 + WordBytes;
        }

        foreach (byte[] text in environment)
        {
            total += (ulong)text.Length + 1 + WordBytes;
        }

        return total;
    }

    /// <summary>Adds an entry to the auxiliary vector, before <see cref="Build"/>.</summary>
    internal void Add(AuxiliaryType type, ulong value)
    {
        Span<byte> entry = _auxiliary.AsSpan(_auxiliaryLength);
        BinaryPrimitives.WriteUInt64LittleEndian(entry, (ulong)type);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[WordBytes..], value);
        _auxiliaryLength += 2 * WordBytes;
    }

    /// <summary>Lays everything out below <paramref name="top"/>. Entries that point into the stack are added here.</summary>
    internal void Build(VirtAddr top, byte[][] arguments, byte[][] environment, byte[] path, EntropyPool randomness)
    {
        ReadOnlySpan<byte> platform = "x86_64\0"u8;
        _top = top.Value;
        ulong pathAt = _top - WordBytes - ((ulong)path.Length + 1);
        ulong environmentAt = pathAt - LengthOf(environment);
        ulong argumentsAt = environmentAt - LengthOf(arguments);
        ulong platformAt = argumentsAt - (ulong)platform.Length;
        ulong randomAt = (platformAt - RandomBytes) & ~(ulong)(Alignment - 1);
        Add(AuxiliaryType.Random, randomAt);
        Add(AuxiliaryType.ExecutableName, pathAt);
        Add(AuxiliaryType.Platform, platformAt);
        Add(AuxiliaryType.Null, 0);

        int words = 1 + arguments.Length + 1 + environment.Length + 1;
        ulong pointer = (randomAt - ((ulong)words * WordBytes) - (ulong)_auxiliaryLength) & ~(ulong)(Alignment - 1);
        _bytes = new byte[_top - pointer];
        StackPointer = new VirtAddr(pointer);
        ArgumentsStart = new VirtAddr(argumentsAt);
        EnvironmentStart = new VirtAddr(environmentAt);
        StringsEnd = new VirtAddr(pathAt);

        Put(pointer, (ulong)arguments.Length);
        ulong at = PutPointers(pointer + WordBytes, arguments, argumentsAt);
        at = PutPointers(at, environment, environmentAt);
        Auxiliary.CopyTo(_bytes.AsSpan((int)(at - pointer)));
        randomness.Fill(_bytes.AsSpan((int)(randomAt - pointer), RandomBytes));
        platform.CopyTo(_bytes.AsSpan((int)(platformAt - pointer)));
        path.CopyTo(_bytes.AsSpan((int)(pathAt - pointer)));
    }

    private static ulong LengthOf(byte[][] texts)
    {
        ulong total = 0;
        foreach (byte[] text in texts)
        {
            total += (ulong)text.Length + 1;
        }

        return total;
    }

    private ulong PutPointers(ulong at, byte[][] texts, ulong textAt)
    {
        foreach (byte[] text in texts)
        {
            Put(at, textAt);
            text.CopyTo(_bytes.AsSpan((int)(textAt - StackPointer.Value)));
            textAt += (ulong)text.Length + 1;
            at += WordBytes;
        }

        return at + WordBytes;
    }

    private void Put(ulong address, ulong value) =>
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan((int)(address - StackPointer.Value)), value);
}
