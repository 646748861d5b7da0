using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using Mono.Cecil;

namespace Mote.Tests.Architecture;

/// <summary>
/// The circles of the call graph: strongly connected components of more than one method, and methods that call themselves. Calls that are named as bounded are cut first; what
/// is left is a recursion whose depth nobody has argued.
/// </summary>
internal sealed partial class RecursionGraph(IEnumerable<string> assemblies, IEnumerable<string> libraryFolders) : CallGraph(assemblies, libraryFolders)
{
    private readonly Dictionary<MethodDefinition, List<MethodDefinition>> _calls = [];

    /// <summary>"Type.Method", without the numbers that the compiler gives to closures, as the list of bounded calls has it.</summary>
    public static string NameOf(MethodDefinition method) => Numbers().Replace($"{TypeName(method.DeclaringType)}.{method.Name}", "");

    /// <summary>The circles that remain without the calls named "caller > callee", each as the names of its methods and the calls between them.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Circles(IReadOnlySet<string> cut)
    {
        List<IReadOnlyList<string>> circles = [];
        foreach (List<MethodDefinition> component in Components(cut))
        {
            HashSet<MethodDefinition> members = [.. component];
            List<string> calls = [.. component.SelectMany(caller => CallsOf(caller, cut).Where(members.Contains).Select(callee => Call(caller, callee))).Distinct().Order(StringComparer.Ordinal)];
            if (calls.Count > 0)
            {
                circles.Add(calls);
            }
        }

        return circles;
    }

    /// <summary>Whether a named call is made, and its callee leads back to its caller without the other calls that are cut.</summary>
    public bool IsInCircle(string call, IReadOnlySet<string> cut)
    {
        HashSet<string> others = [.. cut];
        others.Remove(call);
        string caller = call[..call.IndexOf(" > ", StringComparison.Ordinal)];
        Queue<MethodDefinition> open = new(Methods.Where(method => NameOf(method) == caller).SelectMany(method => CallsOf(method, others).Where(callee => Call(method, callee) == call)));
        HashSet<MethodDefinition> seen = [.. open];
        while (open.TryDequeue(out MethodDefinition? method))
        {
            if (NameOf(method) == caller)
            {
                return true;
            }

            foreach (MethodDefinition callee in CallsOf(method, others).Where(seen.Add))
            {
                open.Enqueue(callee);
            }
        }

        return false;
    }

    [GeneratedRegex("(?<=DisplayClass)[0-9_]+|(?<=>[bgd]__)[0-9_]+")]
    private static partial Regex Numbers();

    private static string Call(MethodDefinition caller, MethodDefinition callee) => $"{NameOf(caller)} > {NameOf(callee)}";

    /// <summary>The class library's own recursions are not the kernel's to bound. Texts of values are for panics and tests; they format fields, none of which leads back.</summary>
    private static bool IsOfKernel(MethodDefinition method) =>
        method.Module.Assembly.Name.Name.StartsWith("Mote.", StringComparison.Ordinal) && method.Name is not ("ToString" or "PrintMembers");

    private static string TypeName(TypeDefinition type) => type.DeclaringType is { } outer ? $"{TypeName(outer)}/{type.Name}" : type.Name;

    private IEnumerable<MethodDefinition> CallsOf(MethodDefinition method, IReadOnlySet<string> cut)
    {
        if (!_calls.TryGetValue(method, out List<MethodDefinition>? calls))
        {
            _calls[method] = calls = [.. CalleesOf(method).Distinct().Where(IsOfKernel)];
        }

        return calls.Where(callee => !cut.Contains(Call(method, callee)));
    }

    /// <summary>Tarjan's algorithm (SIAM J. Comput. 1(2), 1972), with a stack of its own.</summary>
    private IEnumerable<List<MethodDefinition>> Components(IReadOnlySet<string> cut)
    {
        Dictionary<MethodDefinition, int> numbers = [];
        Dictionary<MethodDefinition, int> lowest = [];
        HashSet<MethodDefinition> open = [];
        Stack<MethodDefinition> path = new();
        Stack<(MethodDefinition Method, IEnumerator<MethodDefinition> Calls)> frames = new();
        foreach (MethodDefinition root in Methods)
        {
            if (numbers.ContainsKey(root))
            {
                continue;
            }

            Enter(root);
            while (frames.TryPeek(out (MethodDefinition Method, IEnumerator<MethodDefinition> Calls) frame))
            {
                if (frame.Calls.MoveNext())
                {
                    MethodDefinition callee = frame.Calls.Current;
                    if (!numbers.TryGetValue(callee, out int number))
                    {
                        Enter(callee);
                    }
                    else if (open.Contains(callee))
                    {
                        lowest[frame.Method] = Math.Min(lowest[frame.Method], number);
                    }

                    continue;
                }

                frames.Pop();
                frame.Calls.Dispose();
                if (frames.TryPeek(out (MethodDefinition Method, IEnumerator<MethodDefinition> Calls) outer))
                {
                    lowest[outer.Method] = Math.Min(lowest[outer.Method], lowest[frame.Method]);
                }

                if (lowest[frame.Method] == numbers[frame.Method])
                {
                    List<MethodDefinition> component = [];
                    MethodDefinition member;
                    do
                    {
                        member = path.Pop();
                        open.Remove(member);
                        component.Add(member);
                    }
                    while (member != frame.Method);
                    yield return component;
                }
            }
        }

        void Enter(MethodDefinition method)
        {
            numbers[method] = lowest[method] = numbers.Count;
            open.Add(method);
            path.Push(method);
            frames.Push((method, CallsOf(method, cut).GetEnumerator()));
        }
    }
}
