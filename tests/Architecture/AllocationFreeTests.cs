using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Mono.Cecil;
using Xunit;
using Xunit.Abstractions;

namespace Mote.Tests.Architecture;

/// <summary>What runs for interrupts, page faults, switches, reads and writes allocates nothing, whatever it calls.</summary>
public sealed class AllocationFreeTests(ITestOutputHelper output)
{
    [Fact]
    public void Marked_methods_reach_no_allocation()
    {
        using AllocationGraph graph = new(KernelImage.Assemblies, KernelImage.LibraryFolders);
        foreach ((MethodDefinition method, string reason) in graph.Exceptions)
        {
            output.WriteLine($"{method.DeclaringType.Name}.{method.Name} may allocate: {reason}");
        }

        IReadOnlyList<string> findings = graph.Allocations();
        Assert.True(findings.Count == 0, string.Join('\n', findings));
    }

    /// <summary>The check can fail, and sees through what hides a call.</summary>
    [Theory]
    [InlineData("new System.Object", "[AllocationFree] public object M() => new object();")]
    [InlineData("array of System.Int32", "[AllocationFree] public int[] M() => Other(); int[] Other() => new int[3];")]
    [InlineData("boxed System.Int32", "[AllocationFree] public object M() => 3;")]
    [InlineData("new System.Text.StringBuilder", "abstract class B { public abstract object V(); } sealed class D : B { public override object V() => new System.Text.StringBuilder(); } [AllocationFree] object M(B b) => b.V();")]
    [InlineData("new System.Object", "interface I { object V(); } sealed class D : I { public object V() => new object(); } [AllocationFree] object M(I i) => i.V();")]
    [InlineData("array of System.Byte", "static byte[] Made() => new byte[1]; static readonly System.Func<byte[]> s_f = Made; [AllocationFree] byte[] M() => s_f();")]
    [InlineData("array of T", "[AllocationFree] void M(System.Collections.Generic.List<int> list) => list.Add(1);")]
    [InlineData("RhNewString", "[AllocationFree] string M(string a) => a + a;")]
    [InlineData(null, "[AllocationFree] public int M(int i) => i > 0 ? i : throw new System.Exception(i.ToString());")]
    [InlineData(null, "[AllocationFree] public object M() => Other(); [MayAllocate(\"once\")] object Other() => new object();")]
    [InlineData(null, "[AllocationFree] public int M(System.ReadOnlySpan<byte> s) => s.IndexOf((byte)3) + System.Buffers.Binary.BinaryPrimitives.ReadInt32LittleEndian(s);")]
    public void An_allocation_is_found(string? allocation, string members)
    {
        const string Attributes = "namespace Mote.Machine { class AllocationFreeAttribute : System.Attribute; class MayAllocateAttribute(string reason) : System.Attribute { public string Reason => reason; } }";
        string path = Path.Combine(Path.GetTempPath(), $"mote-allocates-{Guid.NewGuid():N}.dll");
        CSharpCompilation compilation = CSharpCompilation.Create(
            Path.GetFileNameWithoutExtension(path),
            [CSharpSyntaxTree.ParseText($"using System; using Mote.Machine; class C {{ {members} }} {Attributes}")],
            IlScanTests.References(),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release));
        try
        {
            Assert.True(compilation.Emit(path).Success);
            using AllocationGraph graph = new([path], KernelImage.LibraryFolders);
            IReadOnlyList<string> findings = graph.Allocations();
            if (allocation is null)
            {
                Assert.Empty(findings);
            }
            else
            {
                Assert.Contains(findings, finding => finding.EndsWith(allocation, StringComparison.Ordinal));
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("MemoryMap", "Fault")]
    [InlineData("Interrupts", "Dispatch")]
    [InlineData("Scheduler", "HandleInterrupts")]
    [InlineData("ReadWriteCalls", "Read")]
    [InlineData("ReadWriteCalls", "WriteVector")]
    [InlineData("NetStack", "Receive")]
    [InlineData("NetStack", "Poll")]
    [InlineData("TcpConnection", "Push")]
    [InlineData("TcpConnection", "CommitReceive")]
    public void The_hot_paths_are_marked(string type, string method)
    {
        using AllocationGraph graph = new(KernelImage.Assemblies, KernelImage.LibraryFolders);
        Assert.Contains(graph.Roots, root => root.DeclaringType.Name == type && root.Name == method);
    }
}
