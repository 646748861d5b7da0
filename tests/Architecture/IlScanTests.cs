using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace Mote.Tests.Architecture;

/// <summary>The belt to the analyzers' braces: the same rules over compiled code.</summary>
public sealed class IlScanTests
{
    private static readonly IlScan s_scan = new(Path.Combine(Repository.Root, "build", "BannedSymbols.Kernel.txt"));

    public static TheoryData<string> Assemblies => [.. Directory.EnumerateFiles(AppContext.BaseDirectory, "Mote.*.dll")
        .Select(path => Path.GetFileNameWithoutExtension(path)!).Where(Repository.IsBehindTheWall).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Kernel_code_is_safe(string assembly)
    {
        IReadOnlyList<string> findings = s_scan.Findings(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));
        Assert.True(findings.Count == 0, string.Join('\n', findings));
    }

    /// <summary>The build of Mote.Image makes the kernel too; its sources alone are compiled quickly.</summary>
    [Fact]
    public void The_assembler_of_the_image_is_safe()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("mote-image-").FullName, "Mote.Image.dll");
        try
        {
            IEnumerable<string> references = Directory.EnumerateFiles(AppContext.BaseDirectory, "Mote.*.dll")
                .Where(reference => Path.GetFileNameWithoutExtension(reference) is "Mote.Machine" or "Mote.Abi.Linux" || Path.GetFileName(reference).StartsWith("Mote.Kernel.", StringComparison.Ordinal));
            Assert.Empty(SdkCompiler.Compile(path, Repository.SourcesOf("Mote.Image"), references));
            IReadOnlyList<string> findings = s_scan.Findings(path);
            Assert.True(findings.Count == 0, string.Join('\n', findings));
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    [Fact]
    public void Every_kernel_project_is_scanned() =>
        Assert.All(Repository.Projects.Keys.Where(name => Repository.IsBehindTheWall(name) && name != "Mote.Image"), name => Assert.True(File.Exists(Path.Combine(AppContext.BaseDirectory, name + ".dll")), name));

    [Theory]
    [InlineData("a pointer", "unsafe class C { public int* Field; }")]
    [InlineData("a pointer in the signature", "unsafe class C { public static int* M(int* p) => p; }")]
    [InlineData("calli", "unsafe class C { public static int M(delegate*<int> f) => f(); }")]
    [InlineData("a pointer variable", "unsafe class C { static int s_x = 1; public static int M() { fixed (int* p = &s_x) { return *p; } } }")]
    [InlineData("native code", "class C { [System.Runtime.InteropServices.DllImport(\"c\")] static extern int getpid(); }")]
    [InlineData("a finalizer", "class C { ~C() { } }")]
    [InlineData("a mutable static", "class C { static int s_count; public static void M() => s_count++; }")]
    [InlineData("Unsafe", "class C { public static string M(object o) => System.Runtime.CompilerServices.Unsafe.As<string>(o); }")]
    [InlineData("MemoryMarshal", "class C { public static System.Span<int> M(System.Span<byte> s) => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(s); }")]
    [InlineData("GetUninitializedObject", "class C { public static object M() => System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(typeof(C)); }")]
    [InlineData("Stopwatch", "class C { public static long M() => System.Diagnostics.Stopwatch.GetTimestamp(); }")]
    [InlineData("Monitor", "class C { public static void M(object o) { lock (o) { } } }")]
    [InlineData("overlapping fields", "using System.Runtime.InteropServices; [StructLayout(LayoutKind.Explicit)] struct S { [FieldOffset(0)] public object A; [FieldOffset(0)] public string B; }")]
    public void A_bad_assembly_is_found_out(string finding, string source)
    {
        string path = Path.Combine(Path.GetTempPath(), $"mote-bad-{Guid.NewGuid():N}.dll");
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Bad", [CSharpSyntaxTree.ParseText(source)], References(), new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        try
        {
            Assert.True(compilation.Emit(path).Success);
            Assert.Contains(s_scan.Findings(path), text => text.Contains(finding, StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(path);
        }
    }

    internal static IEnumerable<MetadataReference> References() => ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(':')
        .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal)).Select(path => MetadataReference.CreateFromFile(path));
}
