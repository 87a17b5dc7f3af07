// SPDX-License-Identifier: MIT
using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace LbEngine.Tests.Model;

/// <summary>
/// Runs random schedules against a model. Something that is wrong is shrunk to the fewest steps that show it, and printed with the seed. The variable
/// <c>LB_MODEL_SCHEDULES</c> sets how many there are of each model, and <c>LB_MODEL_SEED</c> which, as FsCheck prints it: <c>42,43</c>.
/// </summary>
internal static class ModelRuns
{
    private const int MostSteps = 60;
    private const ulong Seed = 42;
    private const ulong Gamma = 43;

    /// <summary>Runs that many, or what the variable says.</summary>
    public static void Check(int usual, Action<ModelSchedule> run)
    {
        int count = Environment.GetEnvironmentVariable("LB_MODEL_SCHEDULES") is { Length: > 0 } wanted
            ? int.Parse(wanted, CultureInfo.InvariantCulture)
            : usual;
        ulong[] seed = Environment.GetEnvironmentVariable("LB_MODEL_SEED") is { Length: > 0 } text
            ? [.. text.Split(',').Select(part => ulong.Parse(part, CultureInfo.InvariantCulture))]
            : [Seed, Gamma];
        Config config = Config.QuickThrowOnFailure.WithMaxTest(count).WithEndSize(MostSteps).WithReplay(seed[0], seed[1]);
        Prop.ForAll(
            Arb.From(Schedules(), static schedule => schedule.Shrink()),
            schedule =>
            {
                run(schedule);
                return true;
            }).Check(config);
    }

    private static Gen<ModelSchedule> Schedules() =>
        from setup in Gen.Choose(0, ModelSchedule.Largest)
        from steps in Gen.Choose(0, ModelSchedule.Largest).ArrayOf()
        select new ModelSchedule(setup, steps);
}
