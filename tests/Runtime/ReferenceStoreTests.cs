using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Mote.LineTable;
using Xunit;

namespace Mote.Tests.Runtime;

/// <summary>A store of a reference is one instruction in the linked kernel (build/CodeCheck): no compiled function calls the helper for it, though those of the object do.</summary>
public class ReferenceStoreTests
{
    private const byte Call = 0xe8;

    private static readonly string[] s_helpers = ["RhpAssignRef", "RhpCheckedAssignRef"];

    [Fact]
    public void NoFunctionCallsTheHelper()
    {
        ElfFile kernel = new(File.ReadAllBytes(Repository.DebugKernel));
        HashSet<ulong> helpers = [.. kernel.Symbols().Where(symbol => s_helpers.Contains(symbol.Name)).Select(symbol => symbol.Address)];
        Assert.NotEmpty(helpers);
        Assert.Contains(new ElfFile(File.ReadAllBytes(Repository.KernelObject)).Symbols(), symbol => !symbol.IsDefined && s_helpers.Contains(symbol.Name));
        List<string> callers = [];
        foreach (ElfSymbol function in kernel.Symbols().Where(symbol => symbol.IsFunction && symbol.IsDefined && symbol.Size != 0))
        {
            ReadOnlySpan<byte> code = kernel.Code(function.Address, function.Size).Span;
            for (int i = 0; i + 5 <= code.Length; i++)
            {
                if (code[i] == Call && helpers.Contains(unchecked(function.Address + (ulong)(i + 5) + (ulong)BinaryPrimitives.ReadInt32LittleEndian(code[(i + 1)..]))))
                {
                    callers.Add(function.Name);
                }
            }
        }

        Assert.Empty(callers);
    }
}
