using System;
using System.Collections.Generic;

namespace Mote.Compatibility.Code;

/// <summary>
/// All functions that a program can reach from its entry through calls, jumps and addresses that it takes, in itself and in its libraries, and the system calls that they make.
/// Files that nothing needs by name are loaded while it runs (dlopen(3)): all that they export counts then.
/// </summary>
internal sealed class ReachableCode
{
    private readonly Dictionary<(CodeFile File, ulong Start), ReachedFunction> _functions = [];
    private readonly HashSet<(CodeFile File, ulong Address)> _data = [];
    private readonly Queue<ReachedFunction> _queue = new();
    private readonly Dictionary<string, (CodeFile File, ulong Address)> _scope = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, List<ReachedFunction>> _calls = [];
    private readonly HashSet<ReachedFunction> _unknown = [];

    private ReachableCode()
    {
    }

    /// <summary>
    /// System calls by number, and the functions found to make each, nearest to the entry first. A clone that makes a process counts as fork or vfork too: the calls that do the same.
    /// </summary>
    public IReadOnlyDictionary<int, List<ReachedFunction>> Calls => _calls;

    /// <summary>Functions with a system call whose number cannot be told.</summary>
    public IReadOnlyCollection<ReachedFunction> Unknown => _unknown;

    public int Count => _functions.Count;

    /// <summary>Follows a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="others">Its interpreter and all libraries of its image.</param>
    public static ReachableCode Follow(CodeFile program, IReadOnlyList<CodeFile> others)
    {
        ReachableCode code = new();
        List<CodeFile> loaded = [program];
        for (int i = 0; i < loaded.Count; i++)
        {
            foreach (CodeFile other in others)
            {
                if (!loaded.Contains(other) && (other.Path == loaded[i].Interpreter || Contains(loaded[i].Needed, other)))
                {
                    loaded.Add(other);
                }
            }
        }

        foreach (CodeFile file in loaded)
        {
            code.AddToScope(file);
        }

        foreach (CodeFile file in others)
        {
            code.AddToScope(file);
        }

        foreach (CodeFile file in loaded)
        {
            code.Start(file.Roots, file);
        }

        code.Run();
        foreach (CodeFile file in others)
        {
            if (!loaded.Contains(file))
            {
                code.Start(file.Roots, file);
                code.Start(file.Exports.Values, file);
            }
        }

        code.Run();
        return code;
    }

    private static bool Contains(IReadOnlyList<string> needed, CodeFile file)
    {
        foreach (string name in needed)
        {
            if (name == file.Soname || name == file.Name)
            {
                return true;
            }
        }

        return false;
    }

    private void AddToScope(CodeFile file)
    {
        foreach ((string name, ulong address) in file.Exports)
        {
            _scope.TryAdd(name, (file, address));
        }
    }

    private void Start(IEnumerable<ulong> roots, CodeFile file)
    {
        foreach (ulong root in roots)
        {
            Reach(file, root, null);
        }
    }

    private void Run()
    {
        while (_queue.TryDequeue(out ReachedFunction? function))
        {
            function.IsQueued = false;
            CallTraits traits = function.Scan?.Traits ?? default;
            function.Scan = FunctionScan.Read(function.File, function.Start, function.End, target => Find(function.File, target)?.Scan?.Traits ?? default);
            foreach (int number in function.Scan.Numbers)
            {
                AddCall(number, function);
            }

            foreach (ProcessKind kind in function.Scan.Processes)
            {
                if (ProcessFlags.NumberOf(kind) is int number)
                {
                    AddCall(number, function);
                }
            }

            if (function.Scan.HasUnknownNumber)
            {
                _unknown.Add(function);
            }

            foreach (CallTarget target in function.Scan.Targets)
            {
                ReachTarget(function, target);
            }

            foreach (ulong address in function.Scan.Data)
            {
                ReachData(function, address);
            }

            if (function.Scan.Traits != default && traits != function.Scan.Traits)
            {
                foreach (ReachedFunction caller in function.Callers)
                {
                    Enqueue(caller);
                }
            }
        }
    }

    private void AddCall(int number, ReachedFunction function)
    {
        if (!_calls.TryGetValue(number, out List<ReachedFunction>? makers))
        {
            _calls.Add(number, makers = []);
        }

        if (!makers.Contains(function))
        {
            makers.Add(function);
        }
    }

    private void ReachTarget(ReachedFunction from, CallTarget target)
    {
        if (Resolve(from.File, target) is { } place)
        {
            Reach(place.File, place.Address, from);
        }
    }

    /// <summary>Tables of functions: what they hold is reached with them, and what the data holds that they point to.</summary>
    private void ReachData(ReachedFunction from, ulong address)
    {
        Stack<(CodeFile File, ulong Address)> open = new([(from.File, address)]);
        while (open.TryPop(out (CodeFile File, ulong Address) place))
        {
            if (!_data.Add(place))
            {
                continue;
            }

            foreach (ElfSlot slot in place.File.SlotsOfObject(place.Address))
            {
                if (slot.Import != null)
                {
                    ReachTarget(from, new CallTarget(slot.Import, 0));
                }
                else if (place.File.IsCode(slot.Target))
                {
                    Reach(place.File, slot.Target, from);
                }
                else if (place.File.IsMapped(slot.Target))
                {
                    open.Push((place.File, slot.Target));
                }
            }
        }
    }

    private void Reach(CodeFile file, ulong address, ReachedFunction? caller)
    {
        if (!file.IsCode(address))
        {
            return;
        }

        (ulong start, ulong end) = file.FunctionAt(address);
        if (!_functions.TryGetValue((file, start), out ReachedFunction? function))
        {
            function = new ReachedFunction(file, start, end, caller);
            _functions.Add((file, start), function);
            Enqueue(function);
        }

        if (caller != null && caller != function)
        {
            function.Callers.Add(caller);
        }
    }

    private void Enqueue(ReachedFunction function)
    {
        if (!function.IsQueued)
        {
            function.IsQueued = true;
            _queue.Enqueue(function);
        }
    }

    private (CodeFile File, ulong Address)? Resolve(CodeFile from, CallTarget target) =>
        target.Import == null ? (from, target.Address) : _scope.TryGetValue(target.Import, out (CodeFile File, ulong Address) found) ? found : null;

    private ReachedFunction? Find(CodeFile from, CallTarget target) =>
        Resolve(from, target) is { } place && place.File.IsCode(place.Address) ? _functions.GetValueOrDefault((place.File, place.File.FunctionAt(place.Address).Start)) : null;
}
