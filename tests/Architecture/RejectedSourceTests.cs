using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using Xunit;

namespace Mote.Tests.Architecture;

/// <summary>Sources that must not compile in the kernel, against the rules that its projects are built with.</summary>
public sealed class RejectedSourceTests
{
    private static readonly Lazy<ImmutableArray<DiagnosticAnalyzer>> s_analyzers = new(LoadAnalyzers);

    [Theory]
    [InlineData("RS0030", "class C { string M(object o) => System.Runtime.CompilerServices.Unsafe.As<string>(o); }")]
    [InlineData("RS0030", "class C { int M(System.Span<byte> s) => System.Runtime.InteropServices.MemoryMarshal.Read<int>(s); }")]
    [InlineData("RS0030", "class C { nint M() => System.Runtime.InteropServices.Marshal.AllocHGlobal(1); }")]
    [InlineData("RS0030", "class C { void M(System.Collections.Generic.List<int> l) => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(l)[0] = 1; }")]
    [InlineData("RS0030", "class C { object M() => System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(typeof(C)); }")]
    [InlineData("RS0030", "class C { [System.Runtime.InteropServices.DllImport(\"c\")] static extern int getpid(); }")]
    [InlineData("RS0030", "class C { [System.Runtime.CompilerServices.UnsafeAccessor(System.Runtime.CompilerServices.UnsafeAccessorKind.Field, Name = \"_x\")] static extern ref int X(C c); }")]
    [InlineData("RS0030", "using System.Runtime.InteropServices; [StructLayout(LayoutKind.Explicit)] struct S { [FieldOffset(0)] public long A; }")]
    [InlineData("RS0030", "class C { string M() => typeof(C).Name; }")]
    [InlineData("RS0030", "class C { long M() => System.Environment.TickCount64; }")]
    [InlineData("RS0030", "class C { object M() => System.DateTime.UtcNow; }")]
    [InlineData("RS0030", "class C { object M() => new System.Threading.Thread(() => { }); }")]
    [InlineData("RS0030", "class C { void M() => System.Console.WriteLine(); }")]
    [InlineData("RS0030", "using System.Linq; class C { int M(int[] a) => a.Sum(); }")]
    [InlineData("RS0030", "class C { nuint M() { System.Runtime.InteropServices.NativeMemory.AlignedFree(null); return 0; } }")]
    [InlineData("RS0030", "class C { object? M(object o) => System.Runtime.InteropServices.GCHandle.Alloc(o).Target; }")]
    [InlineData("RS0030", "class C { nint M() => System.Runtime.InteropServices.NativeLibrary.Load(\"c\"); }")]
    [InlineData("RS0030", "class C { [System.Runtime.InteropServices.UnmanagedCallersOnly] static void M() { } }")]
    [InlineData("RS0030", "class C { int[] M(System.Collections.Immutable.ImmutableArray<int> a) => System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsArray(a)!; }")]
    [InlineData("RS0030", "class C { bool M(System.Buffers.ReadOnlySequence<byte> s) => System.Runtime.InteropServices.SequenceMarshal.TryGetArray(s, out _); }")]
    [InlineData("RS0030", "abstract class C : System.Runtime.InteropServices.SafeHandle { C() : base(0, true) { } }")]
    [InlineData("RS0030", "class C { [System.Runtime.CompilerServices.SkipLocalsInit] void M() { } }")]
    [InlineData("RS0030", "class C { object M() => new System.Runtime.CompilerServices.ConditionalWeakTable<object, object>(); }")]
    [InlineData("RS0030", "class C { void M(System.RuntimeTypeHandle t) => System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(t); }")]
    [InlineData("RS0030", "class C { void M(System.Memory<byte> m) { System.Buffers.MemoryHandle h = m.Pin(); h.Dispose(); } }")]
    [InlineData("RS0030", "class C { object? M() => System.Activator.CreateInstance<C>(); }")]
    [InlineData("RS0030", "class C { object M() => System.Reflection.Assembly.GetExecutingAssembly(); }")]
    [InlineData("RS0030", "class C { object M() => System.Linq.Expressions.Expression.Empty(); }")]
    [InlineData("RS0030", "class C { void M() => System.GC.Collect(); }")]
    [InlineData("RS0030", "class C { object M(object o) => new System.WeakReference<object>(o); }")]
    [InlineData("RS0030", "class C { void M(int x) { object o = System.TypedReference.ToObject(__makeref(x)); } }")]
    [InlineData("RS0030", "class C { bool M() => System.AppContext.TryGetSwitch(\"x\", out _); }")]
    [InlineData("RS0030", "class C { long M() => System.Diagnostics.Stopwatch.GetTimestamp(); }")]
    [InlineData("RS0030", "class C { object M() => new System.Diagnostics.StackTrace(); }")]
    [InlineData("RS0030", "class C { object M() => System.TimeProvider.System; }")]
    [InlineData("RS0030", "class C { object M() => System.TimeZoneInfo.Local; }")]
    [InlineData("RS0030", "class C { int M() => System.Random.Shared.Next(); }")]
    [InlineData("RS0030", "class C { byte[] M(byte[] b) => System.Security.Cryptography.SHA256.HashData(b); }")]
    [InlineData("RS0030", "class C { byte[] M() => System.IO.File.ReadAllBytes(\"x\"); }")]
    [InlineData("RS0030", "class C { object M() => System.Net.IPAddress.Loopback; }")]
    [InlineData("RS0030", "class C { async System.Threading.Tasks.Task M() => await System.Threading.Tasks.Task.Yield(); }")]
    [InlineData("RS0030", "class C { object M() => new System.Collections.Concurrent.ConcurrentQueue<int>(); }")]
    [InlineData("RS0030", "class C { bool M(string s) => System.Text.RegularExpressions.Regex.IsMatch(s, s); }")]
    [InlineData("RS0030", "class C { string M(int i) => System.Text.Json.JsonSerializer.Serialize(i); }")]
    [InlineData("RS0030", "class C { object M() => System.Xml.XmlReader.Create(\"x\"); }")]
    [InlineData("RS0030", "class C { object M() => System.Globalization.CultureInfo.CurrentCulture; }")]
    [InlineData("RS0030", "class C { byte[] M() => System.Buffers.ArrayPool<byte>.Shared.Rent(1); }")]
    [InlineData("RS0030", "class C { object M() => new System.Lazy<int>(() => 1); }")]
    [InlineData("RS0030", "class C { System.Guid M() => System.Diagnostics.Tracing.EventSource.CurrentThreadActivityId; }")]
    [InlineData("MOTE001", "class C { ~C() { } }")]
    [InlineData("MOTE002", "class C { static int s_count; int M() => s_count++; }")]
    [InlineData("MOTE002", "class C { static int Count { get; set; } }")]
    [InlineData("MOTE003", "using Mote.Abi.Linux; class C { Errno F() => Errno.None; void M() { F(); } }")]
    [InlineData("MOTE003", "using Mote.Abi.Linux; class C { Result<int> F() => 1; void M() { F(); } }")]
    [InlineData("MOTE004", "class AllocationFreeAttribute : System.Attribute; class C { [AllocationFree] object M() => new object(); }")]
    [InlineData("MOTE004", "class AllocationFreeAttribute : System.Attribute; class C { [AllocationFree] int[] M() => new int[1]; }")]
    [InlineData("MOTE004", "class AllocationFreeAttribute : System.Attribute; class C { [AllocationFree] int[] M() => [1, 2]; }")]
    [InlineData("MOTE004", "class AllocationFreeAttribute : System.Attribute; class C { [AllocationFree] object M(int i) => i; }")]
    [InlineData("MOTE004", "class AllocationFreeAttribute : System.Attribute; class C { [AllocationFree] System.Func<int> M(int i) => () => i; }")]
    [InlineData("MOTE004", "class AllocationFreeAttribute : System.Attribute; class C { [AllocationFree] string M(int i) => $\"{i}\"; }")]
    [InlineData("MOTE004", "class AllocationFreeAttribute : System.Attribute; class C { [AllocationFree] string M(string s) => s + s; }")]
    [InlineData("MOTE004", "class AllocationFreeAttribute : System.Attribute; class C { [AllocationFree] object P => new object(); }")]
    [InlineData("CS0227", "class C { unsafe int* _p; }")]
    [InlineData("CS0214", "class C { int M(nint a) => *(int*)a; }")]
    public async Task Kernel_code_like_this_is_an_error(string id, string source) => Assert.Contains(id, await Errors(source));

    [Theory]
    [InlineData("class C { static readonly int[] s_table = [1, 2]; const int Size = 2; int M() => s_table[Size - 1]; }")]
    [InlineData("using Mote.Abi.Linux; class C { Errno F() => Errno.None; Errno M() => F(); void N() { _ = F(); } }")]
    [InlineData("class C { int M() { System.Span<byte> s = stackalloc byte[8]; return System.Buffers.Binary.BinaryPrimitives.ReadInt32LittleEndian(s); } }")]
    [InlineData("class AllocationFreeAttribute : System.Attribute; class C { [AllocationFree] int M(int i) => i > 0 ? i : throw new System.InvalidOperationException(\"no\" + i); }")]
    [InlineData("class AllocationFreeAttribute : System.Attribute; class C { [AllocationFree] int M() { System.Span<int> s = stackalloc int[2]; System.ReadOnlySpan<byte> b = [1, 2]; return s[0] + b[0]; } }")]
    [InlineData("class AllocationFreeAttribute : System.Attribute; class C { object M() => new object(); }")]
    public async Task Kernel_code_like_this_is_fine(string source) => Assert.Empty(await Errors(source));

    /// <summary>The project files, not only the analyzers: what a kernel project is told by the build.</summary>
    [Fact]
    public void The_build_gives_every_kernel_project_the_wall()
    {
        string props = File.ReadAllText(Path.Combine(Repository.Root, "Directory.Build.props"));
        string targets = File.ReadAllText(Path.Combine(Repository.Root, "Directory.Build.targets"));
        Assert.Contains("updated-memory-safety-rules", props, StringComparison.Ordinal);
        Assert.Contains("<AllowUnsafeBlocks>false</AllowUnsafeBlocks>", props, StringComparison.Ordinal);
        Assert.Contains("'$(MSBuildProjectName)' != 'Mote.Machine'", targets, StringComparison.Ordinal);
        Assert.Contains("build/wall.targets", targets, StringComparison.Ordinal);
        foreach (string project in Repository.Projects.Where(pair => Repository.IsBehindTheWall(pair.Key)).Select(pair => pair.Value))
        {
            string text = File.ReadAllText(project);
            foreach (string word in (string[])["RunAnalyzers", "AllowUnsafeBlocks", "WarningsAsErrors", "TreatWarningsAsErrors", "RS0030", "MOTE00"])
            {
                Assert.False(text.Contains(word, StringComparison.Ordinal), $"{Repository.Relative(project)} changes {word}");
            }
        }
    }

    [Fact]
    public void No_kernel_source_switches_a_rule_off()
    {
        List<string> found = [];
        foreach (string project in Repository.Projects.Keys.Where(Repository.IsBehindTheWall))
        {
            foreach (string path in Repository.SourcesOf(project))
            {
                string text = File.ReadAllText(path);
                if (text.Contains("SuppressMessage", StringComparison.Ordinal) || text.Contains("disable RS0030", StringComparison.Ordinal) || text.Contains("disable MOTE", StringComparison.Ordinal))
                {
                    found.Add(Repository.Relative(path));
                }
            }
        }

        Assert.Empty(found);
    }

    private static async Task<IReadOnlyList<string>> Errors(string source)
    {
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Mote.Kernel.Test",
            [CSharpSyntaxTree.ParseText(source, CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Preview))],
            [.. IlScanTests.References(), MetadataReference.CreateFromFile(Path.Combine(AppContext.BaseDirectory, "Mote.Abi.Linux.dll"))],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: false));
        AnalyzerOptions options = new([new FileText(Path.Combine(Repository.Root, "build", "BannedSymbols.Kernel.txt"))]);
        ImmutableArray<Diagnostic> all = await compilation.WithAnalyzers(s_analyzers.Value, options).GetAllDiagnosticsAsync();
        return [.. all.Where(d => d.Severity == DiagnosticSeverity.Error || d.Id is "RS0030" or "AD0001").Select(d => d.Id == "AD0001" ? d.ToString() : d.Id)];
    }

    private static ImmutableArray<DiagnosticAnalyzer> LoadAnalyzers()
    {
        string packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } chosen
            ? chosen
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        string folder = Path.Combine(packages, "microsoft.codeanalysis.bannedapianalyzers", "5.6.0", "analyzers", "dotnet", "cs");
        Assembly.LoadFrom(Path.Combine(folder, "Microsoft.CodeAnalysis.BannedApiAnalyzers.dll"));
        Assembly[] assemblies = [Assembly.LoadFrom(Path.Combine(folder, "Microsoft.CodeAnalysis.CSharp.BannedApiAnalyzers.dll")), typeof(Analyzers.FinalizerAnalyzer).Assembly];
        return
        [
            .. assemblies.SelectMany(assembly => assembly.GetTypes())
                .Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(DiagnosticAnalyzer)) && type.Name != "CSharpRestrictedInternalsVisibleToAnalyzer")
                .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!),
        ];
    }

    private sealed class FileText(string path) : AdditionalText
    {
        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(File.ReadAllText(path));
    }
}
