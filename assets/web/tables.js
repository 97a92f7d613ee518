// Made by tests/tools/web_tables.py from the tables of Petard: do not edit it.
export const PROTOCOL = 2;
/** @type {{[key: string]: string}} */
export const MESSAGES = {1:"Hello protocol build name players token words",3:"Say text",4:"Look player colour character",5:"Ready ready",6:"Setup map rules rounds bots skill away mode sides friendly_fire items map_vote",7:"Loaded round",8:"Input clock keys states",16:"Ping id",17:"Pong id held room",18:"Bye reason",19:"Auth text",32:"Welcome protocol build member token snapshots server_name returned words addresses items:ItemName*",33:"Refused code sentence",34:"Roster seats:Seat* watchers:Spectator* unlisted",35:"Lobby phase host map rules rounds bots skill maps presets away addresses mode:ModeSetup",36:"Round number map rules:NamedRules width height slots",37:"Keyframe tick tiles tables",38:"Delta ticks tables",39:"Events tick events:Event*",40:"Chat slot name text number",41:"Results round winner wins:Score* match_over champion next_in",42:"Digest tick checksum",43:"Pings pings:SlotPing*",64:"Players names",65:"MapVote map",66:"MapVotes votes:MapCount*",67:"SideChoice player side",68:"Sides sides:SeatSide*",69:"StandbyOffer ticket asks",70:"StandbyAnswer keeps addresses web",71:"Standbys standbys:Standby*",72:"GoesOn addresses",73:"CopyPart kind match at data is_last",74:"CopyAck parts",75:"Promote reason"};
/** @type {{[key: string]: string}} */
export const RECORDS = {Seat:"slot member name colour character ready plays wins ping away",ModeSetup:"name sides friendly_fire items map_vote",MapCount:"map votes",SeatSide:"slot side is_chosen",Standby:"member addresses web",Spectator:"member name",Score:"slot wins",Event:"what slot tile other",ItemName:"number name",SlotPing:"slot ping",NamedRules:"name numbers:NamedNumber* weights:NamedNumber*",NamedNumber:"name number"};
/** @type {{[key: string]: string}} */
export const TABLES = {clock:"next_bomb over_at winner",players:"x y facing walking keys turn turn_until bomb_until bomb_from health safe_until shields bombs range skates kick died_at pierce remote punch glove ill ill_until immune_until rim rim_way rim_from winds_from",bombs:"owner x y blows_at range rolls lit_by pierce held_by flies lands_at soars",flames:"until owner helper shape",items:"item",breaking:"until hides",acks:"ahead early",moves:"way speed",applied:"changes",floors:"floor",sides:"side",points:"points",marks:"mark",back:"back_at"};
/** @type {{[key: string]: number}} */
export const FIRST = {players:17,bombs:7};
export const FIRST_TABLES = 9;
/** @type {{[key: string]: number[]}} */
export const LATER = {players:[0,0,0,0,0,0,0,-1,0,0,0],bombs:[0,-1,-1,0,0]};
export const PHASE = {LOBBY:1,LOADING:2,PLAYING:3,RESULTS:4};
export const EVENT = {DROPPED:1,KICKED:2,BLAST:3,BRICK:4,TAKEN:5,BURNT:6,HURT:7,DIED:8,ASSIST:9,CLOSED:10,HURRY:11,GO:12,OVER:13,PUNCHED:14,LIFTED:15,THROWN:16,LANDED:17,FIRED:18,ILL:19,RIDES:20,RETURNED:21,TELEPORTED:22,FELL:23,SWITCHED:24};
export const MODES = {"last-one-standing":0,teams:1,crown:2,paint:3,zombie:4};
export const SIDES = ["Red","Blue","Yellow","Green"];
/** @type {{[key: string]: string}} */
export const SOUNDS = {1:"drop",2:"kick",14:"kick",16:"kick",15:"take-kick",17:"drop",19:"burnt",20:"take-skate",21:"take-shield",22:"switch",23:"wall",24:"switch",4:"brick",6:"burnt",7:"hurt",10:"wall",11:"hurry",12:"go",3:"blast",5:"take-kick",8:"death"};
export const ZOMBIE_COLOUR = 10;
/** @type {{[key: string]: number}} */
export const RULES = {countdown:180,round:4560,fuse:150,flame:30,health_most:1,cart_speed:1536,cart_flight:24};
/** @type {{[key: string]: string}} */
export const LANGUAGES = {en:"English",fr:"Fran\u00e7ais",ru:"\u0420\u0443\u0441\u0441\u043a\u0438\u0439"};
/** @type {{[key: string]: string}} */
export const ILLNESSES = {1:"You are slow",2:"You cannot walk slowly",3:"Left is right, up is down",4:"You can lay no bomb",5:"Bombs drop wherever you walk",6:"Your fuses are short",7:"Your flames are small"};
export const FLOORS = ["","sign-arrow 270","sign-arrow 0","sign-arrow 90","sign-arrow 180","sign-door 270","sign-door 0","sign-door 90","sign-door 180","sign-pit 0","sign-belt-0 270","sign-belt-0 0","sign-belt-0 90","sign-belt-0 180","sign-teleport-1 0","sign-teleport-2 0","sign-teleport-3 0","sign-teleport-4 0","sign-ice 0","sign-switch-off 0","sign-switch-on 0","sign-gate-shut 0","sign-gate-open 0"];
export const THEMES = ["","factory","ruins","garden","snow"];
export const COLOURS = ["#d23226","#2c54f6","#f2e22e","#3abc6c","#fafcf5","#da8aba","#7e3496","#54a4ff","#ee8632","#b4543e","#b0ec64","#188cbe","#68647a","#f4beba","#96e4fa","#8a1a3e"];
export const FIGURES = 8;
export const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+*";
export const SHEET = {width:64,height:80,columns:16,cells:"wall brick floor-0 floor-1 brick-break-0 brick-break-1 brick-break-2 brick-break-3 factory-wall factory-brick factory-floor-0 factory-floor-1 factory-brick-break-0 factory-brick-break-1 factory-brick-break-2 factory-brick-break-3 ruins-wall ruins-brick ruins-floor-0 ruins-floor-1 ruins-brick-break-0 ruins-brick-break-1 ruins-brick-break-2 ruins-brick-break-3 garden-wall garden-brick garden-floor-0 garden-floor-1 garden-brick-break-0 garden-brick-break-1 garden-brick-break-2 garden-brick-break-3 snow-wall snow-brick snow-floor-0 snow-floor-1 snow-brick-break-0 snow-brick-break-1 snow-brick-break-2 snow-brick-break-3 bomb-0 bomb-1 bomb-2 bomb-3 flame-centre-0 flame-centre-1 flame-centre-2 flame-middle-0 flame-middle-1 flame-middle-2 flame-end-0 flame-end-1 flame-end-2 item-bomb item-flame item-skate item-kick item-shield item-fruit item-full_flame item-pierce item-remote item-punch item-glove item-disease sign-arrow sign-door sign-pit garden-sign-pit snow-sign-pit sign-unknown sign-belt-0 sign-belt-1 sign-belt-2 sign-belt-3 sign-teleport-1 sign-teleport-2 sign-teleport-3 sign-teleport-4 sign-ice sign-switch-off sign-switch-on sign-gate-shut sign-gate-open cart crown bubble ill-0 ill-1 star puff-1 landing shadow"};
