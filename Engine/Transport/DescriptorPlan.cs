// SPDX-License-Identifier: MIT
namespace LbEngine.Transport;

/// <summary>How the descriptors that a process may open are shared out before anything is opened. Pure.</summary>
/// <remarks>
/// The runtime aborts the whole process when it needs a thread and no descriptor is left (measured on .NET 10: pipe2 fails with EMFILE in
/// the new thread, and the process prints "Out of memory." and ends), so the limit must never be reached. All that an engine can open has its part here.
/// </remarks>
/// <param name="Reactors">Threads that move bytes.</param>
/// <param name="PipesPerReactor">Pipes for splice that a reactor may hold; each takes two descriptors.</param>
/// <param name="Probes">Health checks under way at once.</param>
/// <param name="LocalSockets">Sockets for single addresses of wildcard listeners for UDP, of the portable transport.</param>
/// <param name="Traffic">What listening sockets, connections and flows may take together.</param>
/// <param name="Ceiling">A descriptor of this number or above is given back at once: others have opened more than was foreseen.</param>
internal sealed record DescriptorPlan(int Reactors, int PipesPerReactor, int Probes, int LocalSockets, int Traffic, int Ceiling)
{
    /// <summary>Clients need these at least, or there is no use in a start.</summary>
    public const int LeastForClients = 8;

    /// <summary>Health checks under way at once where there is plenty.</summary>
    public const int MostProbes = 256;

    private const int MostPipes = 32;
    private const int MostLocalSockets = 256;

    // What a program may still open before the listeners: an admin interface of ASP.NET Core was measured with 73, of which most are its assemblies.
    // Clients get it where it is not needed; the engine's own parts do not.
    private const long Foreseen = 80;

    // epoll and eventfd, of a reactor and of the prober.
    private const int PerLoop = 2;

    // A part is never more than this of what there is, so that little is left to clients.
    private const int ShareOfPart = 16;
    private const int ShareOfPipes = 8;

    /// <summary>Where nothing counts descriptors.</summary>
    public static DescriptorPlan Unlimited { get; } = new(1, MostPipes, MostProbes, MostLocalSockets, int.MaxValue, int.MaxValue);

    /// <summary>
    /// Left for what the engine does not open: the runtime (a pipe for each new thread, two descriptors for each assembly that is loaded late), logs,
    /// files, name servers, connections of an admin interface, and an embedder's own. Measured with lb under load: up to 86 more than when it began to serve.
    /// </summary>
    public static long Headroom(long limit) => Math.Clamp(limit / 4, 128, 256);

    /// <summary>Shares them out: fewer reactors and pipes where there is little. Null where clients would have none.</summary>
    public static DescriptorPlan? TryMake(DescriptorNeeds needs)
    {
        long ceiling = needs.Limit - Headroom(needs.Limit);
        long room = ceiling - needs.InUse;
        long spare = Math.Max(0, room - Foreseen);
        int reactors = needs.HasReactors ? ChooseReactors(needs, spare) : needs.Reactors;
        int probes = Part(spare, 2, MostProbes);
        int locals = needs.HasReactors ? 0 : Part(spare, 0, MostLocalSockets);
        int pipes = needs.HasReactors ? (int)Math.Clamp(spare / ShareOfPipes / (2L * reactors), 0, MostPipes) : 0;
        long loops = PerLoop * (needs.HasReactors ? reactors + 1L : 1L);
        long traffic = room - loops - probes - locals - (2L * pipes * reactors);
        return traffic - needs.OpenedSince - needs.Listening(reactors) < LeastForClients
            ? null
            : new DescriptorPlan(reactors, pipes, probes, locals, Cap(traffic), Cap(ceiling));
    }

    /// <summary>The smallest limit under which <see cref="TryMake"/> would give a plan.</summary>
    public static long LeastLimit(DescriptorNeeds needs)
    {
        long tooLow = needs.Limit;
        long enough = Math.Max(needs.Limit, 64);
        while (TryMake(needs with { Limit = enough }) is null)
        {
            tooLow = enough;
            enough *= 2;
        }

        while (enough - tooLow > 1)
        {
            long middle = tooLow + ((enough - tooLow) / 2);
            (tooLow, enough) = TryMake(needs with { Limit = middle }) is null ? (middle, enough) : (tooLow, middle);
        }

        return enough;
    }

    /// <summary>As many as are wanted, unless they and their listening sockets would take more than half.</summary>
    private static int ChooseReactors(DescriptorNeeds needs, long spare)
    {
        long each = PerLoop + needs.Listening(1);
        return (int)Math.Clamp(spare / 2 / each, 1, needs.Reactors);
    }

    private static int Part(long spare, int least, int most) => (int)Math.Clamp(spare / ShareOfPart, least, most);

    private static int Cap(long descriptors) => (int)Math.Min(descriptors, int.MaxValue);
}
