import * as z from 'zod/mini';

/** What a camera sees: cars that come, cars that leave, or neither alone. */
const cameraRole = z.enum(['entry', 'exit', 'none'], 'must be entry, exit or none');
export type CameraRole = z.infer<typeof cameraRole>;

const gapRange = 'must be a whole number from 10 to 86400';
const distanceRange = 'must be a number from 0 to 2';
const siteName = z.string().check(z.regex(/^[^\p{C}#]{1,100}$/u, 'must have 1 to 100 characters, without #'));

const siteSettings = z.strictObject({
  visitGapSeconds: z._default(
    z.number(gapRange).check(z.gte(10, gapRange), z.lte(86_400, gapRange), z.multipleOf(1, gapRange)),
    300,
  ),
  samePlateDistance: z._default(
    z.number(distanceRange).check(z.gte(0, distanceRange), z.lte(2, distanceRange)),
    1,
  ),
  sites: z._default(z.record(siteName, z.record(z.string(), cameraRole)), {}),
});

/** The cameras of each site with their roles, and what makes several reads one visit. */
export type SiteSettings = {
  /** A visit ends when none of its cameras has sent a read of its car for so long. */
  readonly visitGapMs: number;
  /** Reads of one car differ by this distance of `plateDistance` at most. */
  readonly samePlateDistance: number;
  /** Each camera's site and role, by the camera's name. */
  readonly cameras: ReadonlyMap<string, CameraPlace>;
};

/** Where a camera is. */
type CameraPlace = { readonly site: string; readonly role: CameraRole };

/** Reads the content of `infra/site.yml`; each fault is a sentence that begins with the place of the fault. */
export function parseSiteSettings(
  content: unknown,
):
  | { readonly kind: 'settings'; readonly settings: SiteSettings }
  | { readonly kind: 'faults'; readonly faults: readonly string[] } {
  const parsed = siteSettings.safeParse(content ?? {});
  if (!parsed.success) return { kind: 'faults', faults: parsed.error.issues.flatMap(sentencesOf) };
  const { visitGapSeconds, samePlateDistance, sites } = parsed.data;
  const cameras = new Map<string, CameraPlace>();
  const faults: string[] = [];
  for (const [site, roles] of Object.entries(sites)) {
    for (const [camera, role] of Object.entries(roles)) {
      const other = cameras.get(camera);
      if (other) faults.push(`The camera ${camera} is at two sites, ${other.site} and ${site}.`);
      cameras.set(camera, { site, role });
    }
  }
  if (faults.length > 0) return { kind: 'faults', faults };
  return { kind: 'settings', settings: { visitGapMs: 1000 * visitGapSeconds, samePlateDistance, cameras } };
}

/** The place of a camera; a camera that no site has is alone at a site of its own name. */
export function placeOf({ cameras }: SiteSettings, camera: string): CameraPlace {
  return cameras.get(camera) ?? { site: camera, role: 'none' };
}

function sentencesOf(issue: z.core.$ZodIssue): readonly string[] {
  const place = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${key} is no setting of a site.`);
  }
  const [nested] = issue.code === 'invalid_key' ? issue.issues : [];
  return [`${place === '' ? 'The content' : place} ${(nested ?? issue).message}.`];
}
