// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Control.Operator;

namespace LbEngine.Tests.EndToEnd.Control;

/// <summary>A process that does nothing but save what an operator has set, again and again, until it is killed.</summary>
internal static class StateSaverProgram
{
    public const string Name = "state-saver";
    public const string SavedPrefix = "saved ";

    /// <summary>Large enough that a write takes a while.</summary>
    public const int Backends = 5_000;

    public static int Run(string path)
    {
        var file = new OperatorSettingsFile(path);
        for (int round = 1; ; round++)
        {
            int weight = round % 60_000;
            file.Save(Enumerable.Range(0, Backends).ToDictionary(i => ("site", $"b{i}"), _ => new OperatorSetting(OperatorState.Draining, weight)));
            Console.WriteLine($"{SavedPrefix}{round}");
        }
    }
}
